import { LanekeeperError } from '../../errors.ts'
import { kafkaFault, protocolError } from '../../publish/kafka/fault.ts'

/** What was looked at and how it stands; what is wrong comes with what to do. */
export interface Finding {
  subject: string
  isWrong: boolean
  message: string
  hint?: string
}

export const fine = (subject: string, message: string): Finding => ({ subject, isWrong: false, message })

export const wrong = (subject: string, message: string, hint: string): Finding => ({
  subject,
  isWrong: true,
  message,
  hint,
})

/** One line. */
export const lineOf = ({ subject, isWrong, message, hint }: Finding): string =>
  `${isWrong ? 'WRONG' : 'ok   '}  ${subject}: ${message}${hint === undefined ? '' : `. ${hint}`}`

/** What a look finds, or what kept it from looking; `right` is the operation that an ACL must allow for it. */
export async function looked(
  subject: string,
  right: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look()
  } catch (error) {
    const type = protocolError(error) ?? ''
    if (/AUTHORIZATION_FAILED/.test(type))
      return [wrong(subject, `this user may not ${right} it (${type})`, `Allow ${right} on it by an ACL.`)]
    if (type === 'UNKNOWN_TOPIC_OR_PARTITION')
      return [wrong(subject, 'the topic is missing', 'Create it, or let "lanekeeper doctor --create-topics" do it.')]
    const fault = kafkaFault(error)
    if (fault instanceof LanekeeperError) return [wrong(subject, fault.message, fault.hint)]
    throw error
  }
}

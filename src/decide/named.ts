import type { Circumstances } from './commands.ts'
import { moment, type RecordedRestriction } from './events.ts'
import { idFrom } from './ids.ts'
import type { Prescription } from './refold.ts'

/** A prescribed restriction with its id, which derives from its cause. */
export function named(
  prescription: Exclude<Prescription, { kind: 'none' }>,
  { accountId }: Pick<Circumstances, 'accountId'>,
): RecordedRestriction {
  const { kind, since, cause } = prescription
  const until =
    prescription.kind === 'suspension' && prescription.until !== null ? { until: moment(prescription.until) } : {}
  return { id: idFrom('res', accountId, kind, cause, since), kind, since: moment(since), cause, ...until }
}

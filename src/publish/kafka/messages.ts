import type { Message } from 'kafkajs'

/** A message as it goes out, behind its cursor. */
type Placed = Message & { cursor: number }

/** An entitlement as gateways read it; the topic keeps the last of each account, and of one that was erased nothing. */
export const entitlementMessage = ({
  cursor,
  accountId,
  entitlement,
}: {
  cursor: number
  accountId: string
  entitlement: object | null
}): Placed => ({
  cursor,
  key: accountId,
  value: entitlement && JSON.stringify(entitlement),
})

/** What a holder is to be told. */
export const noticeMessage = ({
  cursor,
  accountId,
  notice,
}: {
  cursor: number
  accountId: string
  notice: object
}): Placed => ({
  cursor,
  key: accountId,
  value: JSON.stringify({ accountId, ...notice }),
})

/** A record that could not be taken, byte for byte; where it came from and why it is here stand in the headers. */
export const deadLetterMessage = (letter: {
  cursor: number
  topic: string
  partition: number
  offset: number
  key: Buffer | null
  value: Buffer | null
  path: string
  reason: string
}): Placed => ({
  cursor: letter.cursor,
  key: letter.key,
  value: letter.value,
  headers: {
    topic: letter.topic,
    partition: `${letter.partition}`,
    offset: `${letter.offset}`,
    path: letter.path,
    reason: letter.reason,
  },
})

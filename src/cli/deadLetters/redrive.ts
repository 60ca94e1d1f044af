import { type Db, transaction } from '../../db.ts'
import { decodeCapacity } from '../../decode/capacity.ts'
import { decode } from '../../decode/decode.ts'
import type { Refusal } from '../../decode/json.ts'
import { holdDeadLetter, type KeptDeadLetter, type LogPlace, markRedriven } from '../../persist/deadLetters.ts'
import type { Sender } from '../../publish/kafka/sender.ts'

/** What became of a dead letter that was to be sent again: undefined if it was sent, else why not. */
export type Refused = string | undefined

/** Where records go again: the topics of the settings, which may have been called otherwise when the records came. */
export interface Redriving {
  db: Db
  sender: Sender
  topics: { requests: string; capacity: string }
}

/**
 * Sends a dead letter again, under the account that it names, and marks it. What still cannot be read stays: it would be back at
 * once. A crash between the two sends it twice, which changes nothing: a copy of an event is one.
 */
export function redrive(place: LogPlace, { db, sender, topics }: Redriving): Promise<Refused> {
  return transaction(db, async (tx) => {
    const letter = await holdDeadLetter(tx, place)
    if (!letter) return 'there is none, or somebody else is sending it again now'
    if (letter.redrivenAt) return `was sent again at ${letter.redrivenAt.toISOString()}`
    const isCapacity = letter.topic === topics.capacity
    const { key, refused } = isCapacity ? gatewayOf(letter) : accountOf(letter)
    if (refused !== undefined) return refused
    await sender.send(isCapacity ? topics.capacity : topics.requests, { key: key!, value: letter.value })
    await markRedriven(tx, place)
    return undefined
  })
}

/** The key that a request must have, if it can be read by now. */
function accountOf({ value }: KeptDeadLetter): { key?: string; refused?: string } {
  if (!value) return { refused: 'has no value' }
  const { event, refusal } = decode(value)
  if (event) return { key: event.accountId }
  return { refused: still(refusal) }
}

/** The key of a report of capacity, which is who made it, if it can be read by now. */
function gatewayOf({ key, value }: KeptDeadLetter): { key?: Buffer | null; refused?: string } {
  if (!value) return { refused: 'has no value' }
  const { refusal } = decodeCapacity(value, Date.now())
  return refusal ? { refused: still(refusal) } : { key }
}

const still = ({ path, reason }: Refusal) => `still cannot be read: ${path ? `${path} ` : ''}${reason}`

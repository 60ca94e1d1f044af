import type { KafkaMessage } from 'kafkajs'
import type { DeadLetter, LogPlace } from '../../account.ts'
import { aheadOfArrival } from '../../decode/arrival.ts'
import { decode, type Refusal } from '../../decode/decode.ts'
import type { GatewayEvent } from '../../decode/event.ts'

/** What a record holds: an event, or a reason why it cannot be taken. */
export type Read = { event: GatewayEvent; deadLetter?: undefined } | { event?: undefined; deadLetter: DeadLetter }

/** Reads a record of the requests; `clock` events: their own time is the only one, so none can lie in the future. */
export function readRecord(message: KafkaMessage, place: LogPlace, clock: 'system' | 'events'): Read {
  const { key, value, timestamp } = message
  const refuse = ({ path, reason }: Refusal): Read => ({
    deadLetter: { ...place, key, value, loggedAt: Number(timestamp), path, reason },
  })
  if (!value) return refuse({ path: '', reason: 'has no value' })
  const { event, refusal } = decode(value)
  if (refusal) return refuse(refusal)
  // An account lives on one partition, which its key decides.
  if (key?.toString() !== event.accountId) return refuse({ path: 'accountId', reason: "is not the record's key" })
  const ahead = clock === 'system' ? aheadOfArrival(event.time, Number(timestamp)) : undefined
  return ahead ? refuse(ahead) : { event }
}

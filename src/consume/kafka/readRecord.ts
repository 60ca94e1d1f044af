import type { KafkaMessage } from 'kafkajs'
import type { DeadLetter, LogPlace } from '../../account.ts'
import { aheadOfArrival } from '../../decode/arrival.ts'
import { decode, type Refusal } from '../../decode/decode.ts'
import type { GatewayEvent } from '../../decode/event.ts'
import { partitionOf } from './partitionOf.ts'

/** What a record holds: an event, or a reason why it cannot be taken. */
export type Read = { event: GatewayEvent; deadLetter?: undefined } | { event?: undefined; deadLetter: DeadLetter }

/** What a record is held against. */
export interface Reading {
  /** How many partitions the topic has. */
  partitions: number
  /** `events`: their own time is the only one, so none can lie in the future. */
  clock: 'system' | 'events'
}

/** Reads a record of the requests. */
export function readRecord(message: KafkaMessage, place: LogPlace, { partitions, clock }: Reading): Read {
  const { key, value, timestamp } = message
  const refuse = ({ path, reason }: Refusal): Read => ({
    deadLetter: { ...place, key, value, loggedAt: Number(timestamp), path, reason },
  })
  if (!value) return refuse({ path: '', reason: 'has no value' })
  const { event, refusal } = decode(value)
  if (refusal) return refuse(refusal)
  // An account lives on one partition, which its key decides: on two, its events would be taken in no order.
  if (key?.toString() !== event.accountId) return refuse({ path: 'accountId', reason: "is not the record's key" })
  const partition = partitionOf(key, partitions)
  if (partition !== place.partition)
    return refuse({ path: '', reason: `wrong_partition: murmur2 of its key puts it on ${partition} of ${partitions}` })
  const ahead = clock === 'system' ? aheadOfArrival(event.time, Number(timestamp)) : undefined
  return ahead ? refuse(ahead) : { event }
}

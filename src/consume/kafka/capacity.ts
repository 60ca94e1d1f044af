import type { EachBatchPayload, Kafka } from 'kafkajs'
import { type Capacity, decodeCapacity } from '../../decode/capacity.ts'
import type { Refusal } from '../../decode/json.ts'

/** A report under the name of who made it. */
export type NamedCapacity = Capacity & { source: string }

/** A record that holds none, as it came. */
export interface RefusedRecord extends Refusal {
  topic: string
  partition: number
  offset: number
  key: Buffer | null
  value: Buffer | null
  loggedAt: number
}

export interface Following {
  kafka: Kafka
  topic: string
  /** Consumers of one group share the partitions: what one has stored is there for all. */
  group: string
  /** Keeps all of it or throws; what was kept already may come again. */
  save(reports: readonly NamedCapacity[], refused: readonly RefusedRecord[]): Promise<unknown>
  /** Milliseconds; undefined where the events' time is the only one. */
  clock: (() => number) | undefined
  failed(error: unknown): void
}

/** So long after it gave up the consumer begins anew. Milliseconds. */
const AGAIN_MS = 5000
const LONGEST_KEY = 128

/**
 * Follows the topic of capacity until it is stopped, at least once: the group's offsets are committed behind what was saved, and the
 * newest report counts however often it comes. A save that throws is tried again by kafkajs, which begins anew by itself but for
 * what it takes for final (a login that is refused, a group without a coordinator); that may pass as well.
 */
export function followCapacity(following: Following): () => Promise<void> {
  const { kafka, topic, group, failed } = following
  const consumer = kafka.consumer({ groupId: group, allowAutoTopicCreation: false })
  let again: NodeJS.Timeout | undefined
  let isStopped = false
  const begin = async () => {
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({ eachBatch: (payload) => take(payload, following) })
  }
  const gaveUp = (error: unknown) => {
    failed(error)
    if (!isStopped) again = setTimeout(() => begin().catch(gaveUp), AGAIN_MS)
  }
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => (restart ? failed(error) : gaveUp(error)))
  const begun = begin().catch(gaveUp)
  return async () => {
    isStopped = true
    await begun
    clearTimeout(again)
    await consumer.disconnect()
  }
}

async function take({ batch }: EachBatchPayload, { save, clock }: Following): Promise<void> {
  const { topic, partition, messages } = batch
  const reports: NamedCapacity[] = []
  const refused: RefusedRecord[] = []
  for (const { key, value, offset, timestamp } of messages) {
    const read = readRecord(key, value, partition, clock?.())
    if (read.report) reports.push(read.report)
    else
      refused.push({
        ...{ topic, partition, offset: Number(offset), key, value, loggedAt: Number(timestamp) },
        ...read.refusal,
      })
  }
  await save(reports, refused)
}

function readRecord(
  key: Buffer | null,
  value: Buffer | null,
  partition: number,
  now: number | undefined,
): { report: NamedCapacity; refusal?: undefined } | { report?: undefined; refusal: Refusal } {
  if (!value) return { refusal: { path: '', reason: 'has no value' } }
  const source = key === null ? `kafka/${partition}` : nameOf(key)
  if (source === undefined)
    return { refusal: { path: '', reason: `has a key that is no name of at most ${LONGEST_KEY} bytes` } }
  const { capacity, refusal } = decodeCapacity(value, now)
  return capacity ? { report: { source, ...capacity } } : { refusal }
}

/** Undefined where a key is none that can be kept as text. */
function nameOf(key: Buffer): string | undefined {
  const text = key.toString()
  const isName = key.length <= LONGEST_KEY && !text.includes('\0') && Buffer.from(text).equals(key)
  return isName ? `kafka:${text}` : undefined
}

import type { EachBatchPayload, Kafka } from 'kafkajs'
import { type Capacity, decodeCapacity } from '../../decode/capacity.ts'
import type { Refusal } from '../../decode/json.ts'
import { GroupMember } from './groupMember.ts'

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

/** How often to look whether the consumer hangs. Milliseconds. */
const LOOK_MS = 1000
const LONGEST_KEY = 128

/**
 * Follows the topic of capacity until it is stopped, at least once: the group's offsets are the only progress that is kept, they are
 * committed behind what was saved, and the newest report counts however often it comes. A save that throws is tried again.
 */
export function followCapacity(following: Following): () => Promise<void> {
  const { kafka, topic, group: groupId, failed } = following
  const member = new GroupMember({
    ...{ kafka, topic, groupId, failed },
    joined() {},
    left() {},
    emptyBatch() {},
    eachBatch: (payload) => take(payload, following),
  })
  member.start()
  const watching = setInterval(() => member.watch(Date.now()), LOOK_MS)
  return () => {
    clearInterval(watching)
    return member.stop()
  }
}

async function take(
  { batch, resolveOffset, commitOffsetsIfNecessary }: EachBatchPayload,
  { save, clock }: Following,
): Promise<void> {
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
  resolveOffset(batch.lastOffset())
  const offset = `${BigInt(batch.lastOffset()) + 1n}`
  await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] })
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

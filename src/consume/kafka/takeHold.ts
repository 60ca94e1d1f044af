import { gapOf, type Holdings } from './holdings.ts'
import type { KafkaSourceParts, Reader } from './parts.ts'

type Parts = Pick<KafkaSourceParts, 'partitions' | 'bounds' | 'take' | 'told'>

/** Takes all partitions of an assignment and has them read from their positions on; those whose log has lost theirs are stopped. */
export async function takeHold(holdings: Holdings, parts: Parts, reader: Reader): Promise<void> {
  const all = holdings.assigned.length > 0 ? await parts.bounds() : []
  const bounds = all.filter(({ partition }) => holdings.assigned.includes(partition))
  if (holdings.isOver) return
  const why = all.length > 0 ? reshaped(all.length, parts) : undefined
  const positions = bounds.length > 0 && !why ? await parts.take(bounds) : []
  if (holdings.isOver) return
  if (why) for (const { partition } of bounds) stopPartition(holdings, partition, why, parts, reader)
  for (const { partition, epoch, nextOffset } of positions) {
    const gap = gapOf(nextOffset, bounds.find((one) => one.partition === partition)!)
    if (gap) stopPartition(holdings, partition, gap, parts, reader)
    else {
      holdings.held.set(partition, { partition, epoch, taken: nextOffset, accepted: nextOffset })
      reader.seek(partition, nextOffset)
    }
  }
  reader.resume([...holdings.held.keys()])
  holdings.isComplete = true
}

/** What is wrong with the number of partitions that the topic has, and what to do; undefined if it is the one it had. */
export const reshaped = (actual: number, { partitions }: Pick<Parts, 'partitions'>): string | undefined =>
  actual === partitions
    ? undefined
    : `the topic has ${actual} partitions and had ${partitions}: accounts would move between them; make one with ${partitions}, or name a new one in KAFKA_TOPICS`

/** Has a partition read no more, and tells why. */
export function stopPartition(
  holdings: Holdings,
  partition: number,
  why: string,
  { told }: Pick<Parts, 'told'>,
  reader: Reader,
): void {
  holdings.held.delete(partition)
  holdings.stopped.set(partition, why)
  reader.pause([partition])
  told.stopped(partition, why)
}

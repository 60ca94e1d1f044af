import type { Db } from '../../../src/db.ts'

const LOOK_MS = 100

/** Seconds from the first commit until all partitions but the fullest are at their ends, and until that one is. */
export async function othersDone(db: Db, events: number): Promise<{ others: number; all: number; partitions: number }> {
  let started = 0
  const moves = new Map<number, { taken: number; at: number }>()
  for (let sum = 0; sum < events; ) {
    await new Promise((next) => setTimeout(next, LOOK_MS))
    const { rows } = await db.query<{ partition: number; taken: number }>(
      'select partition, next_offset as taken from kafka_positions',
    )
    const at = performance.now() / 1000
    for (const { partition, taken } of rows)
      if (taken !== (moves.get(partition)?.taken ?? 0)) {
        started ||= at
        moves.set(partition, { taken, at })
      }
    sum = rows.reduce((total, { taken }) => total + taken, 0)
  }
  const ordered = [...moves.values()].sort((one, other) => one.taken - other.taken)
  const { at: full } = ordered.pop()!
  return { others: Math.max(...ordered.map(({ at }) => at)) - started, all: full - started, partitions: moves.size }
}

import type { Db } from '../db.ts'
import { readPosition } from '../persist/due.ts'
import { greatestTimeOf } from '../persist/kafkaPositions.ts'

/** The engine's clock in milliseconds. */
export interface EngineClock {
  now(): number
  seen(events: readonly { time: number }[]): void
  /** Hears how far other processes have come. */
  refresh(): Promise<void>
}

/** The system's clock, or for old logs the greatest event time of the source: of a topic if one is named, else HTTP. */
export async function clockOf(clock: 'system' | 'events', db: Db, topic: string | undefined): Promise<EngineClock> {
  if (clock === 'system') return { now: Date.now, seen: () => {}, refresh: async () => {} }
  let greatest = 0
  const refresh = async () => {
    const known = topic === undefined ? (await readPosition(db, 'http'))?.greatestTime : await greatestTimeOf(db, topic)
    greatest = Math.max(greatest, known ?? 0)
  }
  await refresh()
  const seen = (events: readonly { time: number }[]) => {
    for (const { time } of events) greatest = Math.max(greatest, time)
  }
  return { now: () => greatest, seen, refresh }
}

import type { Persona } from './persona.ts'
import { between, type Random } from './random.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const LATE_MINUTES = [0, 45] as const

/** `at` (ms) if it lies in the working hours of a zone, else a moment soon after they begin again. */
export function atWork(at: number, { hours: [from, to], weekends }: Persona, zone: number, next: Random): number {
  const local = at + zone * HOUR
  const midnight = Math.floor(local / DAY) * DAY
  const isFree = (day: number) => !weekends && isWeekend(day)
  if (!isFree(midnight) && local >= midnight + from * HOUR && local < midnight + to * HOUR) return at
  let day = local < midnight + from * HOUR ? midnight : midnight + DAY
  while (isFree(day)) day += DAY
  return day + from * HOUR + between(next, LATE_MINUTES) * 60_000 - zone * HOUR
}

/** 1 January 1970 was a Thursday. */
const isWeekend = (day: number) => [0, 6].includes((day / DAY + 4) % 7)

import type { Refusal } from './decode.ts'

/** How far an event's time may lie ahead of its arrival (milliseconds). */
const AHEAD = 5 * 60_000

/** Why an event whose time lies too far ahead of its arrival is refused: a gateway with a wrong clock is to poison nobody. */
export const aheadOfArrival = (time: number, arrivedAt: number): Refusal | undefined =>
  time > arrivedAt + AHEAD ? { path: 'time', reason: 'time_in_future: more than 5 minutes ahead' } : undefined

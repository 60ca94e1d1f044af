import type { GatewayEvent } from '../decode/event.ts'

/** What happened in a while of simulated time. */
export interface Stretch {
  /** The moment at which it ends, in ms. */
  at: number
  events: GatewayEvent[]
}

/** Events in order of time, cut into stretches of `length` ms from `start` on, up to `end`; quiet ones are among them. */
export function* stretches(
  events: Iterable<GatewayEvent>,
  { start, end, length }: { start: number; end: number; length: number },
): Generator<Stretch> {
  let stretch: Stretch = { at: start + length, events: [] }
  for (const event of events) {
    while (event.time >= stretch.at) {
      yield stretch
      stretch = { at: stretch.at + length, events: [] }
    }
    stretch.events.push(event)
  }
  for (; stretch.at <= end; stretch = { at: stretch.at + length, events: [] }) yield stretch
}

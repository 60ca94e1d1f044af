import type { GatewayEvent } from '../decode/event.ts'
import { merge } from './merge.ts'
import type { Holder } from './persona.ts'
import { traffic } from './traffic.ts'

export interface Simulation {
  seed: number
  accounts: Iterable<Holder>
  hours: number
  /** Milliseconds since 1970. */
  start: number
}

/**
 * The events that synthetic gateways report, in order of time, one by one: equal arguments give equal events. Nobody obeys a
 * restriction; everyone goes on as his persona does. An account's events depend on the seed and on nobody else.
 */
export function* simulate({ seed, accounts, hours, start }: Simulation): Generator<GatewayEvent> {
  const end = start + hours * 3_600_000
  const sources = Array.from(accounts, (holder) => traffic(holder, seed, start))
  for (const event of merge(sources)) {
    if (event.time >= end) return
    yield event
  }
}

import { decode } from '../../src/decode/decode.ts'
import type { GatewayEvent } from '../../src/decode/event.ts'
import { crowd } from '../../src/simulate/crowd.ts'
import { simulate } from '../../src/simulate/simulate.ts'
import type { Line } from './records.ts'

/** The week begins when week-a does, so that time passes for both. */
const START = Date.parse('2026-11-02T01:00:00Z')
const HOURS = 5 * 24

/** So many events of a simulated crowd's working week, in order of time. */
export function simulated(seed: number, count: number): Line[] {
  const events: GatewayEvent[] = []
  for (const holder of crowd(seed, count)) {
    if (events.length >= count) break
    for (const event of simulate({ seed, accounts: [holder], hours: HOURS, start: START })) events.push(event)
  }
  return events
    .sort((one, other) => one.time - other.time)
    .slice(0, count)
    .map((event) => ({
      accountId: event.accountId,
      time: event.time,
      value: JSON.stringify({ ...event, time: new Date(event.time).toISOString() }),
    }))
}

/** Lines of a log in the order in which they came. */
export function logged(values: readonly string[]): Line[] {
  let now = 0
  return values.map((value) => {
    const { event } = decode(Buffer.from(value))
    now = Math.max(now, event?.time ?? 0)
    return { accountId: event?.accountId ?? null, time: now, value }
  })
}

/** Two logs as one, each in its own order. */
export const merged = (one: readonly Line[], other: readonly Line[]): Line[] =>
  [...one, ...other].sort((a, b) => a.time - b.time)

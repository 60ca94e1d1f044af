import type { ClockThreshold } from '../evaluate/ruleSet.ts'
import type { Enforcement } from './enforcement.ts'

const MINUTE = 60_000

/**
 * The first moment after `after` and not after `until` at which time alone may change something: a suspension's end, or a
 * time threshold of a recover rule of a throttle. A moment may turn out to change nothing. Milliseconds of account time.
 */
export function nextDue(
  state: Enforcement,
  clocks: readonly ClockThreshold[],
  after: number,
  until: number,
): number | undefined {
  let next = Infinity
  for (const moment of moments(state, clocks)) if (moment > after && moment <= until && moment < next) next = moment
  return next === Infinity ? undefined : next
}

function moments(state: Enforcement, clocks: readonly ClockThreshold[]): number[] {
  const { restriction } = state
  if (restriction.kind === 'suspension') return restriction.until === null ? [] : [restriction.until]
  if (restriction.kind !== 'throttle') return []
  const origins = { restriction: restriction.since, violation: latestViolation(state) }
  return clocks.flatMap(({ clock, minutes }) => {
    const moment = Math.ceil(origins[clock] + minutes * MINUTE)
    return [moment, moment + 1] // "at least" turns at the moment itself, "more than" a millisecond later
  })
}

/** When the latest violation that still counts happened; without one the restriction's own beginning stands in. */
export function latestViolation(state: Enforcement): number {
  const active = state.violations.filter((violation) => violation.status === 'active')
  return active.at(-1)?.at ?? (state.restriction.kind === 'none' ? 0 : state.restriction.since)
}

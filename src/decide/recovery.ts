import type { Facts } from '../evaluate/catalogue.ts'
import { latestViolation } from './due.ts'
import type { Enforcement, Throttle } from './enforcement.ts'

const MINUTE = 60_000

/** How far a throttled account has come; what the recover rules read and what the holder is told. */
export interface Progress {
  requests: number
  coding: number
  codingShare: number
  restrictionMinutes: number
  violationMinutes: number
}

/** Progress at a moment of account time. */
export function progressOf(state: Enforcement, throttle: Throttle, at: number): Progress {
  const requests = throttle.labels.length
  const coding = throttle.labels.split('c').length - 1
  return {
    requests,
    coding,
    codingShare: requests === 0 ? 0 : coding / requests,
    restrictionMinutes: Math.max(0, at - throttle.since) / MINUTE,
    violationMinutes: Math.max(0, at - latestViolation(state)) / MINUTE,
  }
}

/** The recovery facts by name; undefined where there is no throttle to lift. */
export function recoveryFacts(state: Enforcement, at: number): Facts | undefined {
  if (state.restriction.kind !== 'throttle') return undefined
  const progress = progressOf(state, state.restriction, at)
  return {
    'recovery.requests': progress.requests,
    'recovery.coding': progress.coding,
    'recovery.codingShare': progress.codingShare,
    'restriction.minutes': progress.restrictionMinutes,
    'violation.minutes': progress.violationMinutes,
  }
}

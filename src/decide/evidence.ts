import type { Policy } from '../evaluate/documents.ts'
import { type Enforcement, type Evidence, MOST_EVIDENCE } from './enforcement.ts'

/** What metering looks at; times in milliseconds. */
export interface Arrived {
  time: number
  admitted: boolean
}

/** Whether an event counts towards a rule. If not it is metered: refused, in grace, suspended, banned, or older than the restriction in force. */
export function isEvidence({ restriction, graceUntil }: Enforcement, { time, admitted }: Arrived): boolean {
  if (!admitted || time < graceUntil) return false
  if (restriction.kind === 'none') return true
  return restriction.kind === 'throttle' && time >= restriction.since
}

/** Adds a non-coding event that is evidence; the last eight are kept. */
export const withEvidence = (state: Enforcement, one: Evidence): Enforcement => ({
  ...state,
  evidence: [...state.evidence.slice(1 - MOST_EVIDENCE), one],
})

/** Counts a label towards recovery, if the account is throttled and the event belongs to the throttle; grace traffic does too. */
export function withLabel(
  state: Enforcement,
  { time, admitted }: Arrived,
  label: 'coding' | 'non_coding' | 'unsure',
  lastRequests: number,
): Enforcement {
  const { restriction } = state
  if (restriction.kind !== 'throttle' || !admitted || time < restriction.since || label === 'unsure') return state
  const labels = (restriction.labels + (label === 'coding' ? 'c' : 'n')).slice(-lastRequests)
  return { ...state, restriction: { ...restriction, labels } }
}

/** The grace of a violation that the engine committed late runs from that later moment (milliseconds). */
export const withLateNotice = (state: Enforcement, commandAt: number, graceMinutes: number): Enforcement => ({
  ...state,
  graceUntil: Math.max(state.graceUntil, commandAt + graceMinutes * 60_000),
})

/** Whether policy leaves this account alone at a moment (milliseconds). */
export const isExempt = (policy: Policy, accountId: string, at: number): boolean =>
  policy.exemptions.some(
    (one) => one.accountId === accountId && (one.until === undefined || at < Date.parse(one.until)),
  )

/** Whether an appeal proved the rule wrong for this account, not long ago. */
export const isPardoned = (state: Enforcement, rule: string, at: number): boolean =>
  state.pardons.some((pardon) => pardon.rule === rule && at < pardon.until)

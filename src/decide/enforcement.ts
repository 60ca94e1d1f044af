import type { ExaminedLeaf } from '../evaluate/examine.ts'
import type { RecordedViolation } from './events.ts'

/** One match that counted against the account: of its record what later decisions and notices need. Times in milliseconds. */
export interface Violation extends Pick<RecordedViolation, 'id' | 'rule' | 'severity' | 'category' | 'plan'> {
  leaves: readonly ExaminedLeaf[]
  incidents: { count: number; first: number; last: number }
  /** Account time. */
  at: number
  status: 'active' | 'voided' | 'expired'
  /** The throttle that its restriction took over from, so that an appeal can give its progress back. */
  before?: Throttle
}

export interface Throttle {
  kind: 'throttle'
  id: string
  since: number
  cause: string
  /** Labels of the last requests that count towards recovery, oldest first: `c` coding, `n` non-coding. */
  labels: string
}

export interface Suspension {
  kind: 'suspension'
  id: string
  since: number
  cause: string
  /** null: until support has decided on the ban that it stands for. */
  until: number | null
}

export interface Ban {
  kind: 'ban'
  id: string
  since: number
  cause: string
}

/** The state in force; `cause` is the violation that brought it. */
export type Restriction = { kind: 'none' } | Throttle | Suspension | Ban
export type InForce = Exclude<Restriction, { kind: 'none' }>

export interface Appeal {
  id: string
  violationId: string
  status: 'open' | 'claimed' | 'upheld' | 'overturned'
  reviewer?: string
  /** Clock time until which the claim is exclusive. */
  leaseUntil?: number
}

/** A non-coding event that counted, as a violation will show it. */
export interface Evidence {
  id: string
  time: number
  score: number
  category: string
}

/** What has been decided about an account, and what the next decision depends on. */
export interface Enforcement {
  violations: readonly Violation[]
  restriction: Restriction
  /** Events before this time are metered, not evidence. 0: none. */
  graceUntil: number
  /** The last eight non-coding events that were evidence. */
  evidence: readonly Evidence[]
  /** When restrictions were lifted by recovery: an overturn does not take back what was earned. */
  recoveries: readonly number[]
  /** Rules that an appeal proved wrong, spared until then. */
  pardons: readonly { rule: string; until: number }[]
  appeals: readonly Appeal[]
}

export const MOST_EVIDENCE = 8

export const initialEnforcement: Enforcement = {
  violations: [],
  restriction: { kind: 'none' },
  graceUntil: 0,
  evidence: [],
  recoveries: [],
  pardons: [],
  appeals: [],
}

const harshness = { none: 0, throttle: 1, suspension: 2, ban: 3 } as const
export const rank = (restriction: { kind: keyof typeof harshness }): number => harshness[restriction.kind]

/** The violations that count at this moment. They age out only if policy says so, and never under a ban, or one held for review, that they caused. */
export function activeViolations(state: Enforcement, at: number, expireDays: number | null): Violation[] {
  const isBanned =
    state.restriction.kind === 'ban' || (state.restriction.kind === 'suspension' && state.restriction.until === null)
  const oldest = expireDays === null || isBanned ? -Infinity : at - expireDays * 86_400_000
  return state.violations.filter((violation) => violation.status === 'active' && violation.at > oldest)
}

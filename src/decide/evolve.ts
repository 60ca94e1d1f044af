import type { Policy } from '../evaluate/documents.ts'
import { carriedOver } from './carriedOver.ts'
import type { Enforcement, Restriction, Violation } from './enforcement.ts'
import type { EnforcementEvent, RecordedRestriction, RecordedViolation } from './events.ts'

const MINUTE = 60_000
const DAY = 86_400_000

/** The state after one event of the ledger; `at` is the account's time. */
export function evolve(
  state: Enforcement,
  event: EnforcementEvent,
  at: number,
  actor: string,
  policy: Policy,
): Enforcement {
  switch (event.type) {
    case 'ViolationRecorded':
      return recorded(state, event.violation, at, policy)
    case 'RestrictionImposed':
      return { ...withCarriedOver(state, event, at), restriction: inForce(event.restriction, '') }
    case 'RestrictionEased':
      return { ...state, restriction: inForce(event.restriction, progressKept(state, event.restriction.id)) }
    case 'RestrictionLifted':
      return {
        ...state,
        restriction: { kind: 'none' },
        recoveries: event.reason === 'recovered' ? [...state.recoveries, at] : state.recoveries,
      }
    case 'BanProposed':
      return state
    case 'ViolationVoided':
      return voided(
        state,
        event.violationId,
        at,
        event.pardonedUntil === undefined ? 0 : Date.parse(event.pardonedUntil),
      )
    case 'AppealFiled':
      return {
        ...state,
        appeals: [...state.appeals, { id: event.appeal.id, violationId: event.appeal.violationId, status: 'open' }],
      }
    case 'AppealClaimed':
      return withAppeal(state, event.appealId, {
        status: 'claimed',
        reviewer: actor,
        leaseUntil: Date.parse(event.leaseUntil),
      })
    case 'AppealReleased':
      return {
        ...state,
        appeals: state.appeals.map((one) =>
          one.id === event.appealId ? { id: one.id, violationId: one.violationId, status: 'open' } : one,
        ),
      }
    case 'AppealDecided':
      return withAppeal(state, event.appealId, { status: event.outcome, reviewer: actor })
  }
}

function withCarriedOver(
  state: Enforcement,
  { carriedOver: brought }: Extract<EnforcementEvent, { type: 'RestrictionImposed' }>,
  at: number,
): Enforcement {
  if (!brought) return state
  const violations = brought.violations.map((id) => carriedOver(id, brought.plan, at))
  return { ...state, violations: [...state.violations, ...violations] }
}

/** Evidence is spent and the notice grace begins. */
function recorded(state: Enforcement, violation: RecordedViolation, at: number, policy: Policy): Enforcement {
  const before = state.restriction.kind === 'throttle' ? { before: state.restriction } : {}
  const oldest = policy.violations.expireDays === null ? -Infinity : at - policy.violations.expireDays * DAY
  const aged = state.violations.map(
    (one): Violation => (one.status === 'active' && one.at <= oldest ? { ...one, status: 'expired' } : one),
  )
  return {
    ...state,
    violations: [...aged, { ...remembered(violation), at, status: 'active', ...before }],
    graceUntil: Math.max(state.graceUntil, at + policy.noticeGraceMinutes * MINUTE),
    evidence: [],
  }
}

function remembered({ id, rule, severity, category, plan, match, evidence, event }: RecordedViolation) {
  const times = evidence.map(({ time }) => Date.parse(time))
  const last = Date.parse(event.time)
  const incidents = { count: times.length, first: Math.min(last, ...times), last: Math.max(last, ...times) }
  return { id, rule, severity, category, plan, leaves: match.leaves, incidents }
}

/** What the violation brought with it is undone: its grace too, once no violation is left to hear of. */
function voided(state: Enforcement, id: string, at: number, until: number): Enforcement {
  const violations = state.violations.map((one): Violation => (one.id === id ? { ...one, status: 'voided' } : one))
  const rule = state.violations.find((one) => one.id === id)!.rule
  const others = state.pardons.filter((pardon) => pardon.until > at && pardon.rule !== rule)
  const earlier = state.pardons.find((pardon) => pardon.rule === rule)?.until ?? 0
  return {
    ...state,
    violations,
    graceUntil: violations.some((one) => one.status === 'active') ? state.graceUntil : 0,
    pardons: until > at ? [...others, { rule, until: Math.max(earlier, until) }] : state.pardons,
  }
}

function inForce({ id, kind, cause, since, until }: RecordedRestriction, labels: string): Restriction {
  const base = { id, cause, since: Date.parse(since) }
  if (kind === 'ban') return { kind, ...base }
  if (kind === 'suspension') return { kind, ...base, until: until === undefined ? null : Date.parse(until) }
  return { kind, ...base, labels }
}

/** A throttle that is eased to a throttle, or brought back by an appeal, goes on with the progress it had. */
function progressKept({ restriction, violations }: Enforcement, id: string): string {
  if (restriction.kind === 'throttle') return restriction.labels
  return violations.findLast(({ before }) => before?.id === id)?.before?.labels ?? ''
}

function withAppeal(state: Enforcement, id: string, change: Partial<Enforcement['appeals'][number]>): Enforcement {
  return { ...state, appeals: state.appeals.map((appeal) => (appeal.id === id ? { ...appeal, ...change } : appeal)) }
}

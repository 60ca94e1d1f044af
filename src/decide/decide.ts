import { claimAppeal, decideAppeal, fileAppeal, releaseAppeal } from './appeals.ts'
import { rememberBan, voidedWith } from './carriedOver.ts'
import type { Circumstances, Command, SystemCommand } from './commands.ts'
import { activeViolations, type Enforcement, type InForce, rank } from './enforcement.ts'
import { type EnforcementEvent, moment, type RecordedViolation } from './events.ts'
import { idFrom } from './ids.ts'
import { named } from './named.ts'
import { type Prescription, prescribe, refold } from './refold.ts'
import { CommandRefused } from './refusal.ts'

const DAY = 86_400_000

/**
 * What follows from a command: ledger events, none if nothing does. Throws CommandRefused, with the state untouched, where a
 * person asks for what the state does not allow. What fell due by time must have been decided before.
 */
export function decide(command: Command, state: Enforcement, now: Circumstances): EnforcementEvent[] {
  switch (command.type) {
    case 'RecordViolation':
      return recordViolation(command, state, now)
    case 'Recover':
      return lift(state, command.match)
    case 'EndSuspension':
      return endSuspension(state, now)
    case 'RememberBan':
      return rememberBan(command.plan, now)
    case 'FileAppeal':
      return fileAppeal(command, state, now)
    case 'ClaimAppeal':
      return claimAppeal(command, state, now)
    case 'ReleaseAppeal':
      return releaseAppeal(command, state)
    case 'DecideAppeal': {
      const decided = decideAppeal(command, state)
      const isActive = state.violations.some((one) => one.id === decided.violationId && one.status === 'active')
      if (command.outcome === 'upheld' || !isActive) return [decided]
      const voided = voidedWith(decided.violationId, state)
      if (voided.length > 1) return [decided, ...voidViolations(voided, state, now, 'appeal', command.reason)] // of no rule to be pardoned
      const pardonedUntil = Math.max(now.at, command.commandAt) + now.policy.appeals.pardonDays * DAY // an idle account's time stands still
      return [decided, ...voidViolations(voided, state, now, 'appeal', command.reason, pardonedUntil)]
    }
    case 'ConfirmBan': {
      const violation = heldBan(state)
      return [
        {
          type: 'RestrictionImposed',
          restriction: named({ kind: 'ban', since: now.at, cause: violation.id }, now),
          comment: command.reason,
        },
      ]
    }
    case 'DeclineBan':
      return voidViolations([heldBan(state).id], state, now, 'ban_declined', command.reason)
  }
}

function recordViolation(
  { match, event, plan }: Extract<SystemCommand, { type: 'RecordViolation' }>,
  state: Enforcement,
  now: Circumstances,
): EnforcementEvent[] {
  const id = idFrom('vio', now.accountId, match.rule, event.id, event.time)
  if (state.violations.some((one) => one.id === id)) return [] // a copy that came too late to be recognised as one
  const { rule, severity, category, leaves } = match
  const violation: RecordedViolation = {
    ...{ id, rule, severity, category, plan, match: { rule, leaves } },
    evidence: state.evidence.map((one) => ({ ...one, time: moment(one.time) })),
    event: { id: event.id, time: moment(event.time) },
  }
  const recorded: EnforcementEvent = { type: 'ViolationRecorded', violation }
  const active = activeViolations(state, now.at, now.policy.violations.expireDays).length + 1
  const next = prescribe(now.ladder, now.policy, active, { ...violation, at: now.at })
  if (next.kind === 'none' || rank(next) < rank(state.restriction)) return [recorded]
  const restriction = named(next, now)
  const isHeld = active >= 3 && next.kind !== 'ban'
  const proposed: EnforcementEvent[] = isHeld
    ? [{ type: 'BanProposed', violationId: id, restrictionId: restriction.id }]
    : []
  return [recorded, ...proposed, { type: 'RestrictionImposed', restriction }]
}

function lift(
  state: Enforcement,
  { rule, leaves }: Extract<SystemCommand, { type: 'Recover' }>['match'],
): EnforcementEvent[] {
  if (state.restriction.kind !== 'throttle') return []
  return [
    { type: 'RestrictionLifted', restrictionId: state.restriction.id, reason: 'recovered', recovery: { rule, leaves } },
  ]
}

/** The term has ended: a throttle on probation, which began when the term did end, however late that is noticed. */
function endSuspension({ restriction }: Enforcement, now: Circumstances): EnforcementEvent[] {
  if (restriction.kind !== 'suspension' || restriction.until === null || restriction.until > now.at) return []
  const throttle = named({ kind: 'throttle', since: restriction.until, cause: restriction.cause }, now)
  return [{ type: 'RestrictionEased', restriction: throttle, reason: 'term_ended' }]
}

/** Violations no longer count, and the account gets the milder of today's ladder over the others and what is in force. */
function voidViolations(
  ids: readonly string[],
  state: Enforcement,
  now: Circumstances,
  reason: 'appeal' | 'ban_declined',
  comment: string,
  pardonedUntil?: number,
): EnforcementEvent[] {
  const remaining = activeViolations(state, now.at, now.policy.violations.expireDays).filter(
    (one) => !ids.includes(one.id),
  )
  const folded = refold(state, remaining, now.at, now.ladder, now.policy)
  const current = state.restriction
  const pardon = pardonedUntil === undefined ? {} : { pardonedUntil: moment(pardonedUntil) }
  const voided = ids.map(
    (violationId): EnforcementEvent => ({ type: 'ViolationVoided', violationId, reason, comment, ...pardon }),
  )
  if (current.kind === 'none') return voided
  const next = milder(folded, current)
  if (next.kind === 'none') return [...voided, { type: 'RestrictionLifted', restrictionId: current.id, reason }]
  const restriction = named(next, now)
  return restriction.id === current.id && !isShorter(next, current)
    ? voided
    : [...voided, { type: 'RestrictionEased', restriction, reason }]
}

/**
 * The milder of what remains and what is in force, resting on a violation that still counts: of two throttles the one that began
 * earlier, of two suspensions the one that ends earlier. A fold that is harsher only lends its cause.
 */
function milder(folded: Prescription, current: InForce): Prescription {
  if (folded.kind === 'none' || rank(folded) < rank(current)) return folded
  const { cause } = folded
  if (current.kind === 'throttle')
    return {
      kind: 'throttle',
      cause,
      since: folded.kind === 'throttle' ? Math.min(folded.since, current.since) : current.since,
    }
  if (current.kind === 'ban') return { kind: 'ban', cause, since: current.since }
  const isFolded = folded.kind === 'suspension' && isShorter(folded, current)
  return isFolded ? folded : { kind: 'suspension', cause, since: current.since, until: current.until }
}

const isShorter = (a: Prescription, b: InForce): boolean =>
  a.kind === 'suspension' && b.kind === 'suspension' && (a.until ?? Infinity) < (b.until ?? Infinity)

function heldBan(state: Enforcement) {
  const { restriction, violations } = state
  const violation =
    restriction.kind === 'suspension' &&
    restriction.until === null &&
    violations.find((one) => one.id === restriction.cause)
  if (!violation)
    throw new CommandRefused(
      'no_ban_to_review',
      'No ban of this account waits for review.',
      'Look at its timeline: the ban was decided, or never proposed.',
    )
  return violation
}

import { z } from 'zod'
import type { AccountState } from '../account.ts'
import { type Appeal, activeViolations, type Restriction, type Violation } from '../decide/enforcement.ts'
import { progressOf } from '../decide/recovery.ts'
import type { RuleSet } from '../evaluate/ruleSet.ts'
import { leaf, moment, plan } from './schemas.ts'

const restriction = z.object({
  kind: z.enum(['none', 'throttle', 'suspension', 'ban']),
  id: z.string().optional(),
  since: moment.optional(),
  until: moment.nullable().optional().describe('of a suspension; null: until support has decided on the ban'),
  cause: z.string().optional().describe('the violation that brought it'),
})

const violation = z.object({
  id: z.string(),
  rule: z.string(),
  severity: z.string(),
  category: z.string(),
  plan,
  at: moment,
  status: z.enum(['active', 'voided', 'expired']),
  incidents: z.object({ count: z.int(), first: moment, last: moment }),
  leaves: z.array(leaf),
})

export const appeal = z.object({
  id: z.string(),
  violationId: z.string(),
  status: z.enum(['open', 'claimed', 'upheld', 'overturned']),
  reviewer: z.string().optional(),
  leaseUntil: moment.optional().describe('until then the claim is exclusive'),
})

const recovery = z.object({
  requests: z.int().describe('labelled requests that count'),
  coding: z.int(),
  codingShare: z.number(),
  minutes: z.number().describe('since the restriction began'),
  needed: z.object({ coding: z.number(), codingShare: z.number(), minutes: z.number() }),
  safetyNetAt: moment.describe('lifts by itself at the latest then, without a new violation'),
})

export const summary = z.object({
  accountId: z.string(),
  plan: plan.nullable(),
  accountTime: moment.describe('the greatest event time or decided moment'),
  rulesVersion: z.string(),
  restriction,
  violations: z.array(violation),
  recovery: recovery.nullable().describe('null unless a throttle is in force'),
  graceUntil: moment.nullable().describe('until then nothing counts as evidence'),
  pardons: z.array(z.object({ rule: z.string(), until: moment })).describe('rules that an appeal proved wrong'),
  appeals: z.array(appeal),
})

const iso = (ms: number) => new Date(ms).toISOString()

/** What a person needs to know of an account, from its state and the rules in force. */
export function summaryOf(state: AccountState, rules: RuleSet): z.input<typeof summary> {
  const { accountId, time, enforcement } = state
  const active = activeViolations(enforcement, time, rules.policy.violations.expireDays)
  return {
    accountId,
    plan: state.plan.current,
    accountTime: iso(time),
    rulesVersion: state.rulesVersion,
    restriction: restrictionOf(enforcement.restriction),
    violations: enforcement.violations.map((one) => violationOf(one, active.includes(one))),
    recovery: recoveryOf(state, rules),
    graceUntil: enforcement.graceUntil > time ? iso(enforcement.graceUntil) : null,
    pardons: enforcement.pardons
      .filter(({ until }) => until > time)
      .map(({ rule, until }) => ({ rule, until: iso(until) })),
    appeals: enforcement.appeals.map(appealOf),
  }
}

/** Its lease in words of RFC 3339. */
export const appealOf = ({ id, violationId, status, reviewer, leaseUntil }: Appeal): z.input<typeof appeal> => ({
  ...{ id, violationId, status },
  ...(reviewer === undefined ? {} : { reviewer }),
  ...(leaseUntil === undefined ? {} : { leaseUntil: iso(leaseUntil) }),
})

function restrictionOf(one: Restriction): z.input<typeof restriction> {
  if (one.kind === 'none') return { kind: 'none' }
  const { kind, id, cause } = one
  const until = one.kind === 'suspension' ? { until: one.until === null ? null : iso(one.until) } : {}
  return { kind, id, since: iso(one.since), ...until, cause }
}

function violationOf(one: Violation, isActive: boolean): z.input<typeof violation> {
  const { id, rule, severity, category, plan, at, incidents, leaves } = one
  const status = one.status === 'active' && !isActive ? 'expired' : one.status
  const { count, first, last } = incidents
  return {
    ...{ id, rule, severity, category, plan, at: iso(at), status },
    incidents: { count, first: iso(first), last: iso(last) },
    leaves: leaves.map((one) => ({ ...one })),
  }
}

function recoveryOf({ enforcement, time }: AccountState, rules: RuleSet): z.input<typeof recovery> | null {
  const { restriction } = enforcement
  if (restriction.kind !== 'throttle') return null
  const { requests, coding, codingShare, restrictionMinutes, violationMinutes } = progressOf(
    enforcement,
    restriction,
    time,
  )
  const quietSince = Math.max(restriction.since, time - violationMinutes * 60_000)
  return {
    ...{ requests, coding, codingShare, minutes: restrictionMinutes, needed: rules.needs },
    safetyNetAt: iso(quietSince + rules.policy.recovery.safetyNetDays * 86_400_000),
  }
}

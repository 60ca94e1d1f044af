import type { Enforcement, Violation } from '../decide/enforcement.ts'
import type { EnforcementEvent } from '../decide/events.ts'
import type { Language, NoticeKind, Policy, Wording } from '../evaluate/documents.ts'
import type { ExaminedLeaf } from '../evaluate/examine.ts'
import type { RecoveryNeeds } from '../evaluate/ruleSet.ts'
import { fill, readableNumber, readableTime } from './wording.ts'

/** All that a statement is made of; nothing else may enter it. */
export interface Record {
  /** When it happened, as its holder knows time: of a person's act, by that person's clock. */
  at: string
  event: EnforcementEvent
  /** The state after the event. */
  state: Enforcement
  policy: Policy
  needs: RecoveryNeeds
  /** What the account may still do after the event. */
  granted: { maxConcurrency: number; requestsPerMinute: number | null }
}

export interface Statement {
  title: string
  text: string
}

/** The statement of reasons in one language: what was seen, which rule and clause, for how long, what restores, how to appeal. */
export function statement(kind: NoticeKind, record: Record, wording: Wording): Statement {
  const { title, text } = wording.kinds[kind]!
  const values = {
    ...ofViolation(violationOf(record), wording),
    ...ofRestriction(record),
    ...ofRecovery(record, wording),
    ...ofAppeal(record),
  }
  return { title: fill(title, values), text: text.map((line) => fill(line, values)).join(wording.lineBreak) }
}

/** The statement in every language of the rule set. */
export const statements = (
  kind: NoticeKind,
  record: Record,
  notices: { [L in Language]: Wording },
): { [L in Language]: Statement } => ({
  en: statement(kind, record, notices.en),
  zh: statement(kind, record, notices.zh),
})

/** The violation that an event is about: named by it, or the cause of its restriction. */
export function violationOf({ event, state }: Pick<Record, 'event' | 'state'>): Violation | undefined {
  const about = (id: string | undefined) => state.violations.find((one) => one.id === id)
  switch (event.type) {
    case 'RestrictionImposed':
    case 'RestrictionEased':
      return about(event.restriction.cause)
    case 'AppealFiled':
      return about(event.appeal.violationId)
    case 'AppealDecided':
      return about(event.violationId)
    default:
      return undefined
  }
}

function ofViolation(violation: Violation | undefined, wording: Wording): { [name: string]: string } {
  if (!violation) return {}
  const category = wording.categories[violation.category]
  const { count, first, last } = violation.incidents
  return {
    rule: violation.rule,
    violationId: violation.id,
    violationAt: readableTime(violation.at),
    severity: wording.severities[violation.severity] ?? violation.severity,
    category: category?.title ?? violation.category,
    clause: category?.clause ?? violation.category,
    facts: factsInWords(violation.leaves, wording) || category?.title || violation.category,
    incidents: `${count}`,
    firstIncident: readableTime(first),
    lastIncident: readableTime(last),
  }
}

/** What was seen, fact by fact, each beside its threshold. */
export const factsInWords = (leaves: readonly ExaminedLeaf[], wording: Wording) =>
  leaves
    .filter(({ held, negated = false }) => held !== negated)
    .map(({ fact, actual, value }) =>
      fill(wording.facts[fact] ?? `${fact} {actual} ({value})`, {
        ...numbers('actual', actual),
        ...numbers('value', value),
      }),
    )
    .join(wording.separator)

function numbers(name: string, value: ExaminedLeaf['value']): { [name: string]: string } {
  if (typeof value !== 'number') return { [name]: `${value}`, [`${name}Percent`]: `${value}` }
  return { [name]: readableNumber(value), [`${name}Percent`]: `${readableNumber(value * 100)} %` }
}

function ofRestriction({ at, event, state, granted }: Record): { [name: string]: string } {
  const own = event.type === 'RestrictionImposed' || event.type === 'RestrictionEased' ? event.restriction : undefined
  return {
    at: readableTime(Date.parse(at)),
    active: `${state.violations.filter((one) => one.status === 'active').length}`,
    concurrency: `${granted.maxConcurrency}`,
    requestsPerMinute: `${granted.requestsPerMinute ?? '∞'}`,
    restrictionId: own?.id ?? (event.type === 'RestrictionLifted' ? event.restrictionId : ''),
    since: own ? readableTime(Date.parse(own.since)) : '',
    until: own?.until ? readableTime(Date.parse(own.until)) : '',
    hours: own?.until ? readableNumber((Date.parse(own.until) - Date.parse(own.since)) / 3_600_000) : '',
  }
}

function ofRecovery({ event, state, policy, needs }: Record, wording: Wording): { [name: string]: string } {
  const { restriction } = state
  const done = restriction.kind === 'throttle' ? restriction.labels : ''
  return {
    neededCoding: `${needs.coding}`,
    neededShare: `${readableNumber(needs.codingShare * 100)} %`,
    neededMinutes: readableNumber(needs.minutes),
    lastRequests: `${policy.recovery.lastRequests}`,
    safetyNetDays: readableNumber(policy.recovery.safetyNetDays),
    doneCoding: `${done.split('c').length - 1}`,
    doneRequests: `${done.length}`,
    recoveryRule: event.type === 'RestrictionLifted' ? (event.recovery?.rule ?? '') : '',
    recoveryFacts:
      event.type === 'RestrictionLifted' && event.recovery ? factsInWords(event.recovery.leaves, wording) : '',
    appealDays: readableNumber(policy.appeals.windowDays),
  }
}

function ofAppeal({ event }: Record): { [name: string]: string } {
  if (event.type === 'AppealFiled') return { appealId: event.appeal.id }
  if (event.type === 'AppealDecided') return { appealId: event.appealId, decision: event.reason }
  return {}
}

import type { Plan } from '../decode/event.ts'
import type { OwnCategory } from '../evaluate/documents.ts'
import type { Circumstances } from './commands.ts'
import type { Enforcement, Violation } from './enforcement.ts'
import type { EnforcementEvent } from './events.ts'
import { idFrom } from './ids.ts'
import { named } from './named.ts'

/** What stands in for rule and category; a rule's own name has no underscore. */
const CARRIED_OVER: OwnCategory = 'carried_over'

/**
 * A ban that outlived the erasure of its account goes on. Three violations without details stand for those that brought it, because
 * three are a ban and fewer never are; policy does not hold it for review, because it has been decided before.
 */
export function rememberBan(plan: Plan, now: Circumstances): EnforcementEvent[] {
  const violations = [1, 2, 3].map((nth) => idFrom('vio', now.accountId, CARRIED_OVER, nth, now.at))
  const ban = named({ kind: 'ban', since: now.at, cause: violations[2]! }, now)
  return [{ type: 'RestrictionImposed', restriction: ban, carriedOver: { violations, plan } }]
}

/** A violation that nothing is known of. Its severity is never read: no ladder is asked about three. */
export const carriedOver = (id: string, plan: Plan, at: number): Violation => ({
  ...{ id, plan, at, rule: CARRIED_OVER, category: CARRIED_OVER, severity: 'major', status: 'active' },
  leaves: [],
  incidents: { count: 0, first: at, last: at },
})

/**
 * What goes with a violation when an appeal voids it: nothing else, unless it was carried over. Nobody can judge one of those apart
 * from the others, so the appeal is about the ban as a whole.
 */
export function voidedWith(violationId: string, { violations }: Enforcement): string[] {
  const isCarriedOver = violations.some(({ id, rule }) => id === violationId && rule === CARRIED_OVER)
  return isCarriedOver
    ? violations.filter(({ rule, status }) => rule === CARRIED_OVER && status === 'active').map(({ id }) => id)
    : [violationId]
}

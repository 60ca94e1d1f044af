import { type Db, type Tx, together } from '../db.ts'
import type { RuleDocuments } from '../evaluate/documents.ts'
import { RulesSuperseded } from '../replay/rulesInForce.ts'
import { LOCK } from './advisoryLocks.ts'

/** How far ahead of everything seen a new rule set takes force (milliseconds). */
const AHEAD = 5_000

/** A stored rule set and the account time (milliseconds) from which it is in force. */
export interface StoredRuleSet {
  version: string
  effectiveFrom: number
  documents: RuleDocuments
}

/** Every rule set that takes force after a moment, in order; all that ever were without one. */
export async function readRuleSets(db: Db, after = -1): Promise<StoredRuleSet[]> {
  const { rows } = await db.query<StoredRuleSet & Record<string, unknown>>({
    name: 'rule_sets/read',
    text: `
      select version, effective_from as "effectiveFrom", documents from rule_sets
      where effective_from > $1 order by effective_from`,
    values: [after],
  })
  return rows
}

/** Who put a rule set in force, and when that was. */
export interface PastPromotion extends Record<string, unknown> {
  version: string
  effectiveFrom: number
  promotedBy: string
  promotedAt: Date
}

/** The promotions of sets that take force before a moment, the newest first. */
export async function readPromotions(db: Db, before: number, limit: number): Promise<PastPromotion[]> {
  const { rows } = await db.query<PastPromotion>({
    name: 'rule_sets/promotions',
    text: `
      select version, effective_from as "effectiveFrom", promoted_by as "promotedBy", promoted_at as "promotedAt"
      from rule_sets where effective_from < $1 order by effective_from desc limit $2`,
    values: [before, limit],
  })
  return rows
}

/**
 * Lets no rule set be promoted until the transaction ends. Throws RulesSuperseded where there is one newer than `newest`. To be
 * called before any row is locked, so that a promotion never waits for somebody who waits for it.
 */
export async function holdRules(tx: Tx, newest: number | undefined): Promise<void> {
  const [, there] = await together([
    tx.query({ name: 'rule_sets/hold', text: 'select pg_advisory_xact_lock_shared($1)', values: [LOCK.rules] }),
    newestRuleSet(tx), // a statement of its own: one that waits for a lock still sees what was there before it waited
  ])
  if (there?.effectiveFrom !== newest) throw new RulesSuperseded()
}

/** What a promotion came to. */
export interface Promotion {
  version: string
  effectiveFrom: number
  /** False: the set was the newest already, and nothing was changed. */
  isNew: boolean
}

/**
 * Puts a rule set in force from an account time on that no account has reached, and says which; the very first is in force from
 * the beginning. `clock`: the engine's, in milliseconds; undefined where the events' own time is the only one.
 */
export async function promoteRuleSet(
  tx: Tx,
  { version, documents }: Pick<StoredRuleSet, 'version' | 'documents'>,
  actor: string,
  clock: (() => number) | undefined,
): Promise<Promotion> {
  await tx.query({ name: 'rule_sets/lock', text: 'select pg_advisory_xact_lock($1)', values: [LOCK.rules] })
  const newest = await newestRuleSet(tx)
  if (newest?.version === version) return { ...newest, isNew: false }
  const effectiveFrom = newest ? (await greatestSeen(tx, clock?.() ?? 0)) + AHEAD : 0
  await tx.query({
    name: 'rule_sets/promote',
    text: 'insert into rule_sets (version, effective_from, documents, promoted_by) values ($1, $2, $3, $4)',
    values: [version, effectiveFrom, JSON.stringify(documents), actor],
  })
  await lookAtThrottled(tx, effectiveFrom)
  return { version, effectiveFrom, isNew: true }
}

async function newestRuleSet(tx: Tx): Promise<Pick<StoredRuleSet, 'version' | 'effectiveFrom'> | undefined> {
  const { rows } = await tx.query<{ version: string; effectiveFrom: number }>({
    name: 'rule_sets/newest',
    text: 'select version, effective_from as "effectiveFrom" from rule_sets order by effective_from desc limit 1',
  })
  return rows[0]
}

/** The greatest moment that anything here has come to: sources, accounts, rule sets, and the clock. */
async function greatestSeen(tx: Tx, clock: number): Promise<number> {
  const { rows } = await tx.query<{ seen: number }>({
    name: 'rule_sets/seen',
    text: `
      select greatest(
        $1::bigint,
        (select max(greatest_time) from positions),
        (select max(greatest_time) from kafka_positions),
        (select max(account_time) from accounts),
        (select max(effective_from) from rule_sets)) as seen`,
    values: [clock],
  })
  return rows[0]!.seen
}

/**
 * The sweep is to look at every throttled account when the set takes force, as new rules may lift a throttle at once, or at
 * another time than the old ones. When to look again it then computes itself. Of other accounts rules move nothing that is due.
 */
async function lookAtThrottled(tx: Tx, effectiveFrom: number): Promise<void> {
  await tx.query({
    name: 'rule_sets/look-at-throttled',
    text: `
      update accounts set due_at = $1
      where restriction = 'throttle' and (due_at is null or due_at > $1)`,
    values: [effectiveFrom],
  })
}

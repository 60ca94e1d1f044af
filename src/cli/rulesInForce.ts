import { type Db, transaction } from '../db.ts'
import { buildRuleSet, type RuleSet } from '../evaluate/ruleSet.ts'
import { type Promotion, promoteRuleSet, readRuleSets, type StoredRuleSet } from '../persist/ruleSets.ts'
import type { RulesInForce } from '../replay/rulesInForce.ts'
import { type InForce, newestOf, type Timeline, timelineOf } from '../replay/timeline.ts'

/** The rule sets of a database, and how another one is put in force. */
export interface StoredRules extends RulesInForce {
  promote(ruleSet: RuleSet, actor: string): Promise<Promotion>
}

/**
 * The rule sets of the database, with that of the rules folder behind them: if it is not the newest it is promoted. `clock` is the
 * engine's; undefined where the events' own time is the only one.
 */
export async function openRulesInForce(
  db: Db,
  fromFolder: RuleSet,
  clock: (() => number) | undefined,
): Promise<StoredRules> {
  const sets = new Map<number, InForce>()
  let timeline: Timeline = timelineOf([], [])
  const refresh = async () => {
    for (const one of await readRuleSets(db, newestOf(timeline))) sets.set(one.effectiveFrom, await inForce(one, sets))
    if (sets.size > timeline.changes.length) timeline = timelineOf([...sets.values()], [])
  }
  const promote = async (ruleSet: RuleSet, actor: string) => {
    const promotion = await transaction(db, (tx) => promoteRuleSet(tx, ruleSet, actor, clock))
    await refresh()
    return promotion
  }
  await promote(fromFolder, 'system')
  return { current: () => timeline, refresh, promote }
}

/** A set that was in force before, under another moment, is built once. */
async function inForce(
  { version, documents, effectiveFrom }: StoredRuleSet,
  known: ReadonlyMap<number, InForce>,
): Promise<InForce> {
  const same = [...known.values()].find(({ rules }) => rules.version === version)
  return { rules: same?.rules ?? (await buildRuleSet(documents)), from: effectiveFrom }
}

import { type Db, transaction } from '../db.ts'
import { buildRuleSet, type RuleSet } from '../evaluate/ruleSet.ts'
import { readPosition } from '../persist/due.ts'
import { promoteRuleSet, readRuleSets } from '../persist/ruleSets.ts'
import { type Timeline, timelineOf } from '../replay/timeline.ts'

/** How far ahead of everything seen a new rule set takes force (milliseconds). */
const AHEAD = 5_000

/**
 * The rule sets of the database, with that of the rules folder behind them: if it is not the newest it is promoted, and takes
 * force at an account time that no account has reached. The very first is in force from the beginning.
 */
export async function timelineInForce(
  db: Db,
  fromFolder: RuleSet,
  clock: 'system' | 'events',
  now: number,
): Promise<Timeline> {
  const stored = await readRuleSets(db)
  const sets = await Promise.all(
    stored.map(async ({ documents, effectiveFrom }) => ({ rules: await buildRuleSet(documents), from: effectiveFrom })),
  )
  if (stored.at(-1)?.version === fromFolder.version) return timelineOf(sets, [])
  const greatest = (await readPosition(db, 'http'))?.greatestTime ?? 0
  const from =
    stored.length === 0 ? 0 : Math.max(greatest, clock === 'system' ? now : 0, stored.at(-1)!.effectiveFrom) + AHEAD
  const { version, documents } = fromFolder
  await transaction(db, (tx) => promoteRuleSet(tx, { version, effectiveFrom: from, documents }, 'system'))
  return timelineOf([...sets, { rules: fromFolder, from }], [])
}

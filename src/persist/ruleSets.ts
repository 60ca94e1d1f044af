import type { Db, Tx } from '../db.ts'
import type { RuleDocuments } from '../evaluate/documents.ts'

/** A stored rule set and the account time (milliseconds) from which it is in force. */
export interface StoredRuleSet {
  version: string
  effectiveFrom: number
  documents: RuleDocuments
}

/** Every rule set that was ever in force, in order. */
export async function readRuleSets(db: Db): Promise<StoredRuleSet[]> {
  const { rows } = await db.query<{ version: string; effectiveFrom: number; documents: RuleDocuments }>({
    name: 'rule_sets/read',
    text: 'select version, effective_from as "effectiveFrom", documents from rule_sets order by effective_from',
  })
  return rows
}

/** Puts a rule set in force from a moment of account time on. */
export async function promoteRuleSet(
  tx: Tx,
  { version, effectiveFrom, documents }: StoredRuleSet,
  actor: string,
): Promise<void> {
  await tx.query({
    name: 'rule_sets/promote',
    text: 'insert into rule_sets (version, effective_from, documents, promoted_by) values ($1, $2, $3, $4)',
    values: [version, effectiveFrom, JSON.stringify(documents), actor],
  })
}

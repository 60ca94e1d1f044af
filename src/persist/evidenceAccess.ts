import type { Tx } from '../db.ts'

/** Records that somebody reads what is held about accounts. Returns those of them that there are; of others nothing is recorded. */
export async function recordAccess(
  tx: Tx,
  accountIds: readonly string[],
  keyId: string,
  what: string,
): Promise<Set<string>> {
  const { rows } = await tx.query<{ account_id: string }>({
    name: 'evidence_access/record',
    text: `
      insert into evidence_access (account_id, key_id, what)
      select account_id, $2, $3 from accounts where account_id = any($1::text[]) and not erased for key share
      returning account_id`,
    values: [accountIds, keyId, what],
  })
  return new Set(rows.map((row) => row.account_id))
}

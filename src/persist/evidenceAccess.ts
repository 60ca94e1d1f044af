import type { Tx } from '../db.ts'

/** Records that somebody reads what is held about an account. False, and nothing recorded, if there is no such account. */
export async function recordAccess(tx: Tx, accountId: string, keyId: string, what: string): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'evidence_access/record',
    text: `
      insert into evidence_access (account_id, key_id, what)
      select account_id, $2, $3 from accounts where account_id = $1 and not erased for key share`,
    values: [accountId, keyId, what],
  })
  return rowCount === 1
}

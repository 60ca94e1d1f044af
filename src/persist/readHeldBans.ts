import type { Db } from '../db.ts'

/** A ban that waits for review: the account, and the violation that would bring the ban. */
export interface HeldBan extends Record<string, unknown> {
  accountId: string
  violationId: string
  /** Of the violation; milliseconds of account time. */
  at: number
}

/** Bans that wait for review, in order of account, from behind one on. */
export async function readHeldBans(db: Db, after: string, limit: number): Promise<HeldBan[]> {
  const { rows } = await db.query<HeldBan>({
    name: 'bans/held',
    text: `
      select a.account_id as "accountId", v.violation_id as "violationId", v.at
      from accounts a cross join lateral (
        select violation_id, at from violations
        where account_id = a.account_id and status = 'active' order by at desc, violation_id limit 1) v
      where a.restriction = 'suspension' and a.restriction_until is null and a.account_id > $1
      order by a.account_id limit $2`,
    values: [after, limit],
  })
  return rows
}

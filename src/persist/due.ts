import { type Db, transaction } from '../db.ts'
import { holdRules } from './ruleSets.ts'

/** An account that has something due. */
export interface Due {
  accountId: string
  version: number
  dueAt: number
}

/** Accounts of a source with something due up to a moment of account time, the longest due first, behind `after` if it is given. */
export async function dueAccounts(db: Db, source: string, until: number, limit: number, after?: Due): Promise<Due[]> {
  const { rows } = await db.query<Due & Record<string, unknown>>({
    name: 'accounts/due',
    text: `
      select account_id as "accountId", version, due_at as "dueAt" from accounts
      where source = $5 and due_at <= $1 and (due_at, account_id) > ($3, $4) order by due_at, account_id limit $2`,
    values: [until, limit, after?.dueAt ?? Number.MIN_SAFE_INTEGER, after?.accountId ?? '', source],
  })
  return rows
}

/**
 * Notes when an account is to be looked at next, unless it has changed meanwhile. Leaves its version alone: nothing was decided.
 * `newest` is the newest rule set that was known then; throws RulesSuperseded where there is a newer one.
 */
export async function postpone(
  db: Db,
  { accountId, version, dueAt }: { accountId: string; version: number; dueAt: number | undefined },
  newest: number | undefined,
): Promise<void> {
  await transaction(db, async (tx) => {
    await holdRules(tx, newest) // or what a promotion has lowered would be raised again
    await tx.query({
      name: 'accounts/postpone',
      text: 'update accounts set due_at = $3 where account_id = $1 and version = $2',
      values: [accountId, version, dueAt ?? null],
    })
  })
}

/** How far a source has been read (milliseconds), and since when it has been at its end. */
export async function readPosition(
  db: Db,
  source: string,
): Promise<{ greatestTime: number; atEndSince: number | undefined } | undefined> {
  const { rows } = await db.query<{ greatest_time: number; at_end_since: Date | null }>({
    name: 'positions/read',
    text: 'select greatest_time, at_end_since from positions where source = $1',
    values: [source],
  })
  const row = rows[0]
  return row && { greatestTime: row.greatest_time, atEndSince: row.at_end_since?.getTime() }
}

/** Notes that a source is at its end, unless that is known. */
export async function sourceAtEnd(db: Db, source: string, now: number): Promise<void> {
  await db.query({
    name: 'positions/at-end',
    text: 'update positions set at_end_since = to_timestamp($2::double precision / 1000) where source = $1 and at_end_since is null',
    values: [source, now],
  })
}

/** Whether a source is at its end is to be seen anew. */
export async function forgetEnd(db: Db, source: string): Promise<void> {
  await db.query({
    name: 'positions/forget-end',
    text: 'update positions set at_end_since = null where source = $1',
    values: [source],
  })
}

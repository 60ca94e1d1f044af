import type { LedgerEntry } from '../account.ts'
import type { Db } from '../db.ts'
import type { Notice } from '../explain/notice.ts'

/** A place in the ledger whose content was erased. */
export type ErasedEntry = {
  accountId: string
  seq: number
  erased: true
}

/** The ledger of an account behind a place, in order. */
export async function readTimeline(
  db: Db,
  accountId: string,
  after: number,
  limit: number,
): Promise<(LedgerEntry | ErasedEntry)[]> {
  const { rows } = await db.query<{ seq: number; entry: string | null }>({
    name: 'ledger/timeline',
    text: 'select seq, entry from ledger where account_id = $1 and seq > $2 order by seq limit $3',
    values: [accountId, after, limit],
  })
  return rows.map(({ seq, entry }) => (entry === null ? { accountId, seq, erased: true } : JSON.parse(entry)))
}

/** What the holder of an account was told behind a place in the ledger, in order. */
export async function readNotices(
  db: Db,
  accountId: string,
  after: number,
  limit: number,
): Promise<(Notice & { seq: number; at: string })[]> {
  const { rows } = await db.query<{ seq: number; at: string; notice: Notice }>({
    name: 'notices/page',
    text: `
      select n.seq, l.entry::jsonb->>'at' as at, n.notice from notices n join ledger l using (account_id, seq)
      where n.account_id = $1 and n.seq > $2 and l.entry is not null order by n.seq limit $3`,
    values: [accountId, after, limit],
  })
  return rows.map(({ seq, at, notice }) => ({ seq, at, ...notice }))
}

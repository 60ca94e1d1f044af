import type { Db, Tx } from '../db.ts'
import type { Notice } from '../explain/notice.ts'

/** A notice with its place among all that go out. */
export interface PublishedNotice {
  cursor: number
  accountId: string
  notice: Notice & { seq: number }
}

/** Gives up to `most` committed notices their cursors, as the relay gives them to entitlements; under its lock only. */
export async function giveNoticeCursors(tx: Tx, most: number): Promise<number> {
  const { rowCount } = await tx.query({
    name: 'notices/cursors',
    text: `
      update notices n set cursor = w.base + w.place
      from (
        select account_id, notice_id, row_number() over (order by account_id, seq) as place,
          (select coalesce(max(cursor), 0) from notices) as base
        from notices where cursor is null order by account_id, seq limit $1) w
      where n.account_id = w.account_id and n.notice_id = w.notice_id`,
    values: [most],
  })
  return rowCount ?? 0
}

/** Notices behind a cursor, in order. */
export async function readNoticesBehind(db: Db, since: number, limit: number): Promise<PublishedNotice[]> {
  const { rows } = await db.query<{ cursor: number; account_id: string; seq: number; notice: Notice }>({
    name: 'notices/behind',
    text: 'select cursor, account_id, seq, notice from notices where cursor > $1 order by cursor limit $2',
    values: [since, limit],
  })
  return rows.map(({ cursor, account_id: accountId, seq, notice }) => ({
    cursor,
    accountId,
    notice: { seq, ...notice },
  }))
}

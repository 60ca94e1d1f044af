import type { Reader } from '../db.ts'
import type { Notice } from '../explain/notice.ts'

/** A notice with its place among all that go out. */
export interface PublishedNotice {
  cursor: number
  accountId: string
  notice: Notice & { seq: number }
}

/** Notices behind a cursor, in order. */
export async function readNoticesBehind(db: Reader, since: number, limit: number): Promise<PublishedNotice[]> {
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

import type { Db, Reader, Row, Tx } from '../db.ts'
import type { Entitlement } from '../entitle/entitlement.ts'
import { NEWS_CHANNEL } from './outbox.ts'

/** What the topic of entitlements is to hold of an account from here on; null: nothing any more. */
export interface TopicItem {
  cursor: number
  accountId: string
  entitlement: Entitlement | null
}

/** An id is kept no longer than so many days for a publisher that does not come. */
const KEPT_DAYS = 30

/**
 * Buries an account whose changes are being deleted: its last entitlement is to go from the topic. Where nobody has ever begun to
 * publish, nothing of it can be there and nothing is kept. Under the relay's lock only: the cursor is greater than every one that
 * was given out, and whoever begins to publish takes the lock first.
 */
export async function bury(tx: Tx, accountId: string): Promise<void> {
  const { rowCount } = await tx.query({
    text: `
      insert into tombstones (cursor, account_id)
      select greatest((select max(cursor) from outbox), (select max(feed_cursor) from erasures), 0) + 1, $1
      where exists (select from published)`,
    values: [accountId],
  })
  if (rowCount) await tx.query({ text: "select pg_notify($1, '')", values: [NEWS_CHANNEL] })
}

/**
 * Entitlements and tombstones behind a cursor, in the order of both, as of one moment. Tombstones up to that cursor are on the topic,
 * and deleted.
 */
export async function readForTopic(db: Reader, since: number, limit: number): Promise<TopicItem[]> {
  const { rows } = await db.query<TopicItem & Row>({
    name: 'tombstones/for-topic',
    text: `
      with gone as (delete from tombstones where cursor <= $1)
      (select cursor, account_id as "accountId", entitlement from outbox where cursor > $1 order by cursor limit $2)
      union all
      (select cursor, account_id, null from tombstones where cursor > $1 order by cursor limit $2)
      order by cursor limit $2`,
    values: [since, limit],
  })
  return rows
}

/** Deletes tombstones that nobody has published in their time. */
export async function deleteExpiredTombstones(db: Db): Promise<void> {
  await db.query({
    name: 'tombstones/expire',
    text: 'delete from tombstones where buried_at < now() - make_interval(days => $1)',
    values: [KEPT_DAYS],
  })
}

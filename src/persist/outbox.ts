import { type Db, type Tx, together } from '../db.ts'
import type { Entitlement } from '../entitle/entitlement.ts'
import { LOCK } from './advisoryLocks.ts'
import { byIndexes } from './byIndexes.ts'

/** A change of an entitlement with its place in the feed. */
export interface FeedItem {
  cursor: number
  entitlement: Entitlement
}

/** What waits for a cursor is given one at the latest so long after a relay died holding the lock, in milliseconds. */
const RELAY_IDLE_MS = 5000
/** Where relays say that there is something new to read. */
export const NEWS_CHANNEL = 'lanekeeper_news'

/**
 * Waits until no relay is at work, and keeps every other from beginning until this transaction ends: for milliseconds, unless one was
 * stopped in the middle of its own.
 */
export async function waitRelayLock(tx: Tx): Promise<void> {
  await tx.query({
    text: "select set_config('idle_in_transaction_session_timeout', $2, true), pg_advisory_xact_lock($1)",
    values: [LOCK.relay, `${RELAY_IDLE_MS}`],
  })
}

/** Whether this transaction may give out cursors now. */
export async function tryRelayLock(tx: Tx): Promise<boolean> {
  const { rows } = await tx.query<{ locked: boolean }>({
    text: 'select pg_try_advisory_xact_lock($1) as locked',
    values: [LOCK.relay],
  })
  return rows[0]!.locked
}

/** Gives up to $1 changes their cursors, those of one account in order of their versions. */
export const GIVE_CURSORS = `
  update outbox o set cursor = w.base + w.place
  from (
    select account_id, version, row_number() over (order by account_id, version) as place,
      greatest((select max(cursor) from outbox), (select max(feed_cursor) from erasures), 0) as base
    from outbox where cursor is null order by account_id, version limit $1) w
  where o.account_id = w.account_id and o.version = w.version`

/**
 * Gives up to `most` committed changes their cursors, and returns how many. Called under the relay's lock only: a cursor given out here
 * is greater than every one that anybody can have read.
 */
export async function giveCursors(tx: Tx, most: number): Promise<number> {
  const planned = byIndexes(tx)
  const giving = tx.query({ name: 'outbox/give-cursors', text: GIVE_CURSORS, values: [most] })
  const [, { rowCount }] = await together([planned, giving])
  return rowCount ?? 0
}

/** The feed behind a cursor, in order. */
export async function readFeed(db: Db, since: number, limit: number): Promise<FeedItem[]> {
  const { rows } = await db.query<{ cursor: number; entitlement: Entitlement }>({
    name: 'outbox/feed',
    text: 'select cursor, entitlement from outbox where cursor > $1 order by cursor limit $2',
    values: [since, limit],
  })
  return rows
}

/** The cursor of the newest change on the feed; 0: there is none. */
export async function lastCursor(db: Db): Promise<number> {
  const { rows } = await db.query<{ cursor: number }>({
    name: 'outbox/last',
    text: 'select coalesce(max(cursor), 0) as cursor from outbox',
  })
  return rows[0]!.cursor
}

/** Changes that are committed and have no cursor yet; counted no further than `most`. */
export async function changesWaiting(db: Db, most: number): Promise<number> {
  const { rows } = await db.query<{ waiting: number }>({
    name: 'outbox/waiting',
    text: 'select count(*)::int as waiting from (select from outbox where cursor is null limit $1) w',
    values: [most],
  })
  return rows[0]!.waiting
}

/**
 * For how many seconds the oldest change has been waiting that has no cursor yet or, if a topic is named, is not known to be on it; 0
 * where none waits. Of those without a cursor no more than `most` are looked at.
 */
export async function outboxAge(db: Db, topic: string | undefined, most: number): Promise<number> {
  const { rows } = await db.query<{ seconds: number }>({
    name: 'outbox/age',
    text: `
      select coalesce(extract(epoch from clock_timestamp() - least(
        (select min(written_at) from (select written_at from outbox where cursor is null limit $2) w),
        (select written_at from outbox
         where $1::text is not null and cursor > coalesce((select published_cursor from published where topic = $1), 0)
         order by cursor limit 1))), 0)::float8 as seconds`,
    values: [topic ?? null, most],
  })
  return rows[0]!.seconds
}

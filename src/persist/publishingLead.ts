import { type Db, openSession, type Reader, type Session } from '../db.ts'
import { LOCK } from './advisoryLocks.ts'
import { NEWS_CHANNEL } from './outbox.ts'

/** A connection that says nothing for so long is ended by PostgreSQL: its process is stopped or cut off, and another may lead. */
const SILENT_MS = 6000
/** How often one that has nothing to say shows that it is there. */
export const BEAT_MS = 2000

/** The right to publish, for as long as its connection lasts. */
export interface PublishingLead {
  /** The connection itself: statements that are sent together are answered together. */
  reader: Reader
  /**
   * The cursors up to which everything is on its topic; 0 for a topic that never got anything. From here on erasures reckon with
   * what may be on its way: one that does not yet is over when this returns.
   */
  published(topics: readonly string[]): Promise<number[]>
  /** Keeps how far each topic has come. */
  savePublished(cursors: ReadonlyMap<string, number>): Promise<void>
  /** Shows that this process is there. */
  beat(): Promise<void>
  /** Calls back when a relay of another process has given out cursors. */
  onNews(listener: () => void): void
  ended: Promise<void>
  close(): Promise<void>
}

/** Takes the lead; undefined where another process has it. What it writes fails once the lead is lost. */
export async function takePublishingLead(db: Db): Promise<PublishingLead | undefined> {
  const session = await openSession(db)
  try {
    if (await lock(session)) return leadOf(session)
  } catch (error) {
    await session.close()
    throw error
  }
  await session.close()
  return undefined
}

async function lock(session: Session): Promise<boolean> {
  const { rows } = await session.query<{ locked: boolean }>({
    text: 'select pg_try_advisory_lock($1) as locked',
    values: [LOCK.publishing],
  })
  if (!rows[0]!.locked) return false
  await session.query({ text: "select set_config('idle_session_timeout', $1, false)", values: [`${SILENT_MS}`] })
  await session.query({ text: `listen ${NEWS_CHANNEL}` })
  return true
}

const leadOf = (session: Session): PublishingLead => ({
  reader: session,
  async published(topics) {
    const { rows } = await session.query<{ published_cursor: number }>({
      name: 'published/begin',
      text: `
        with alone as materialized (select pg_advisory_xact_lock($2)),
        begun as (
          insert into published as p (topic, published_cursor) select distinct topic, 0 from alone, unnest($1::text[]) as t(topic)
          on conflict (topic) do update set published_cursor = p.published_cursor
          returning topic, published_cursor)
        select published_cursor from unnest($1::text[]) with ordinality as t(topic, place) join begun using (topic) order by place`,
      values: [topics, LOCK.relay],
    })
    return rows.map((one) => one.published_cursor)
  },
  async savePublished(cursors) {
    await session.query({
      name: 'published/save',
      text: `
        insert into published (topic, published_cursor) select * from unnest($1::text[], $2::bigint[])
        on conflict (topic) do update set published_cursor = excluded.published_cursor`,
      values: [[...cursors.keys()], [...cursors.values()]],
    })
  },
  async beat() {
    await session.query({ text: 'select 1' })
  },
  onNews: (listener) => session.onNotification(listener),
  ended: session.ended,
  close: () => session.close(),
})

import type { StoredExcerpt } from '../account.ts'
import type { Db, Tx } from '../db.ts'

/** Keeps excerpts beside the commit that they belong to. */
export async function saveExcerpts(tx: Tx, excerpts: readonly StoredExcerpt[]): Promise<void> {
  if (excerpts.length === 0) return
  await tx.query({
    name: 'excerpts/save',
    text: `
      insert into excerpts (account_id, event_id, time, excerpt, expires_at, signals)
      select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::jsonb[])
      on conflict do nothing`, // an id that returns after it was forgotten
    values: [
      ...(['accountId', 'eventId', 'time', 'text', 'expiresAt'] as const).map((key) => excerpts.map((one) => one[key])),
      excerpts.map(({ signals }) => JSON.stringify(signals)),
    ],
  })
}

/** An excerpt as a person reads it. */
export interface ReadExcerpt extends Pick<StoredExcerpt, 'eventId' | 'time' | 'expiresAt' | 'signals'> {
  excerpt: string
}

/** What is kept of the events that a violation names and whose term is not over at `now` (milliseconds), in order of time. */
export async function readExcerpts(
  db: Db,
  { accountId, violationId, now }: { accountId: string; violationId: string; now: number },
): Promise<ReadExcerpt[]> {
  const { rows } = await db.query<ReadExcerpt>({
    name: 'excerpts/of-violation',
    text: `
      select event_id as "eventId", time, excerpt, expires_at as "expiresAt", signals from excerpts
      where account_id = $1 and expires_at > $3 and event_id in (
        select named->>'id'
        from ledger, lateral (select entry::jsonb as e) as parsed, jsonb_array_elements(e->'violation'->'evidence') as named
        where account_id = $1 and entry is not null and e->'violation'->>'id' = $2)
      order by time, event_id`,
    values: [accountId, violationId, now],
  })
  return rows
}

/** Deletes what is past its term at `now` (milliseconds); says how many. */
export async function deleteExpiredExcerpts(db: Db, now: number): Promise<number> {
  const { rowCount } = await db.query({
    name: 'excerpts/expire',
    text: 'delete from excerpts where expires_at <= $1',
    values: [now],
  })
  return rowCount ?? 0
}

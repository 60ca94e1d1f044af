import type { Tx } from '../db.ts'
import { NEWS_CHANNEL } from './outbox.ts'

/** Gives up to $1 rows of a table that wait for one their cursors, in order of what they are known by. */
const giveIn = (table: string, known: string, order = known): string => `
  update ${table} t set cursor = w.base + w.place
  from (
    select ${known}, row_number() over (order by ${order}) as place, (select coalesce(max(cursor), 0) from ${table}) as base
    from ${table} where cursor is null order by ${order} limit $1) w
  where (${qualified('t', known)}) = (${qualified('w', known)})
  returning 1`

const qualified = (name: string, columns: string) => columns.replaceAll(/\w+/g, (column) => `${name}.${column}`)

/**
 * Gives up to `most` entitlements, notices and dead letters each their cursors, and tells whoever listens, in whichever process, once
 * that is committed. Returns how many there were of the most frequent kind. Under the relay's lock only, as `giveCursors`.
 */
export async function giveAllCursors(tx: Tx, most: number): Promise<number> {
  const { rows } = await tx.query<{ given: number }>({
    name: 'outgoing/cursors',
    text: `
      with entitlements as (${giveIn('outbox', 'account_id, version')}),
        notes as (${giveIn('notices', 'account_id, notice_id', 'account_id, seq')}),
        letters as (${giveIn('dead_letters', 'topic, partition, log_offset')}),
        counted as (
          select greatest(
            (select count(*) from entitlements), (select count(*) from notes), (select count(*) from letters)) as given)
      select given, case when given > 0 then pg_notify('${NEWS_CHANNEL}', '') end as told from counted`,
    values: [most],
  })
  return rows[0]!.given
}

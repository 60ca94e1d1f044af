import { type Tx, together } from '../db.ts'
import { byIndexes } from './byIndexes.ts'
import { GIVE_CURSORS, NEWS_CHANNEL } from './outbox.ts'

/** Gives up to $1 rows of a table that wait for one their cursors, in order. No cursor is given twice, whatever was deleted. */
const giveIn = (table: string, sequence: string, key: string, order: string): string => `
  update ${table} t set cursor = w.given
  from (
    select ${key}, nextval('${sequence}') as given
    from (select ${key} from ${table} where cursor is null order by ${order} limit $1) in_order) w
  where (${of('t', key)}) = (${of('w', key)})
  returning 1`

const of = (table: string, columns: string) => columns.replaceAll(/\w+/g, (column) => `${table}.${column}`)

const GIVE_ALL = `
  with changes as (${GIVE_CURSORS} returning 1),
    told as (${giveIn('notices', 'notice_cursors', 'account_id, notice_id', 'account_id, seq')}),
    letters as (${giveIn('dead_letters', 'dead_letter_cursors', 'topic, partition, log_offset', 'topic, partition, log_offset')}),
    given as (
      select greatest((select count(*) from changes), (select count(*) from told), (select count(*) from letters)) as given)
  select given, case when given > 0 and $2 <> '' then pg_notify($2, '') end from given`

/**
 * Gives up to `most` entitlements, notices and dead letters each their cursors, and unless `quietly` tells whoever listens, in whichever
 * process, once that is committed. Returns how many there were of the most frequent kind. Under the relay's lock only, as `giveCursors`.
 */
export async function giveAllCursors(tx: Tx, most: number, quietly = false): Promise<number> {
  const planned = byIndexes(tx)
  const giving = tx.query<{ given: number }>({
    name: 'cursors/give-all',
    text: GIVE_ALL,
    values: [most, quietly ? '' : NEWS_CHANNEL],
  })
  const [, { rows }] = await together([planned, giving])
  return rows[0]!.given
}

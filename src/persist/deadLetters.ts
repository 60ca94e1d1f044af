import type { DeadLetter, LogPlace } from '../account.ts'
import type { Db, Reader, Row, Tx } from '../db.ts'

export type { DeadLetter, LogPlace } from '../account.ts'

/** A dead letter as it is kept. */
export interface KeptDeadLetter extends DeadLetter {
  redrivenAt: Date | null
}

const COLUMNS = `topic, partition, log_offset as "offset", key, value, logged_at as "loggedAt", path, reason,
  redriven_at as "redrivenAt"`
const AT_PLACE = 'topic = $1 and partition = $2 and log_offset = $3'
const valuesOf = ({ topic, partition, offset }: LogPlace) => [topic, partition, offset]

/** Keeps dead letters, each once however often its record comes. */
export async function saveDeadLetters(tx: Tx, letters: readonly DeadLetter[]): Promise<void> {
  if (letters.length === 0) return
  const columns = ['topic', 'partition', 'offset', 'key', 'value', 'loggedAt', 'path', 'reason'] as const
  await tx.query({
    name: 'dead_letters/save',
    text: `
      insert into dead_letters (topic, partition, log_offset, key, value, logged_at, path, reason)
      select * from unnest($1::text[], $2::int[], $3::bigint[], $4::bytea[], $5::bytea[], $6::bigint[], $7::text[], $8::text[])
      on conflict do nothing`,
    values: columns.map((column) => letters.map((one) => one[column])),
  })
}

/** Dead letters in order of their places, from behind one on; `all`: with those that were sent again. */
export async function listDeadLetters(
  db: Db,
  { after, all, limit }: { after?: LogPlace | undefined; all: boolean; limit: number },
): Promise<KeptDeadLetter[]> {
  return read(db, {
    name: 'dead_letters/list',
    text: `
      select ${COLUMNS} from dead_letters
      where ($4 or redriven_at is null) and (topic, partition, log_offset) > ($1, $2, $3)
      order by topic, partition, log_offset limit $5`,
    values: [...valuesOf(after ?? { topic: '', partition: -1, offset: -1 }), all, limit],
  })
}

/** The dead letter of a place. */
export async function readDeadLetter(db: Db, place: LogPlace): Promise<KeptDeadLetter | undefined> {
  const text = `select ${COLUMNS} from dead_letters where ${AT_PLACE}`
  return (await read(db, { name: 'dead_letters/read', text, values: valuesOf(place) }))[0]
}

/** Holds a dead letter for this transaction; undefined where there is none, or another one holds it. */
export async function holdDeadLetter(tx: Tx, place: LogPlace): Promise<KeptDeadLetter | undefined> {
  const text = `select ${COLUMNS} from dead_letters where ${AT_PLACE} for update skip locked`
  return (await read(tx, { name: 'dead_letters/hold', text, values: valuesOf(place) }))[0]
}

/** Notes that a dead letter was sent again. */
export async function markRedriven(tx: Tx, place: LogPlace): Promise<void> {
  await tx.query({
    name: 'dead_letters/redriven',
    text: `update dead_letters set redriven_at = now() where ${AT_PLACE}`,
    values: valuesOf(place),
  })
}

/** Dead letters behind a cursor, in order. */
export async function readDeadLettersBehind(
  db: Reader,
  since: number,
  limit: number,
): Promise<(KeptDeadLetter & { cursor: number })[]> {
  return read(db, {
    name: 'dead_letters/behind',
    text: `select cursor, ${COLUMNS} from dead_letters where cursor > $1 order by cursor limit $2`,
    values: [since, limit],
  })
}

const OF_ACCOUNT = "from dead_letters where key = convert_to($1, 'UTF8')"

/** How many dead letters came under an account's key. */
export async function countDeadLetters(db: Db, accountId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>({
    text: `select count(*)::int as count ${OF_ACCOUNT}`,
    values: [accountId],
  })
  return rows[0]!.count
}

/** Deletes the dead letters that came under an account's key; says how many. */
export async function eraseDeadLetters(tx: Tx, accountId: string): Promise<number> {
  const { rowCount } = await tx.query({ text: `delete ${OF_ACCOUNT}`, values: [accountId] })
  return rowCount ?? 0
}

/** Deletes dead letters that were kept for so many days, sent again or not. */
export async function deleteExpiredDeadLetters(db: Db, days: number): Promise<void> {
  await db.query({
    name: 'dead_letters/expire',
    text: 'delete from dead_letters where written_at < now() - make_interval(days => $1)',
    values: [days],
  })
}

async function read<R extends KeptDeadLetter>(
  db: Reader,
  query: { name: string; text: string; values: unknown[] },
): Promise<R[]> {
  return (await db.query<R & Row>(query)).rows
}

import { createHmac, type KeyObject } from 'node:crypto'
import type { StoredAccount } from '../account.ts'
import type { Db, Tx } from '../db.ts'

/** What a ban leaves of an account's id: without the key nobody can try out whose it is. */
const markerOf = (key: KeyObject, accountId: string): Buffer =>
  createHmac('sha256', key)
    .update(JSON.stringify(['ban', accountId]))
    .digest()

const keyIdOf = (key: KeyObject): string => createHmac('sha256', key).update('"key"').digest('hex').slice(0, 16)

/** Keeps the ban of an account that is being erased; once, however often that happens. */
export async function markBan(tx: Tx, key: KeyObject, accountId: string): Promise<void> {
  await tx.query({
    name: 'ban_markers/keep',
    text: 'insert into ban_markers (marker, key_id) values ($1, $2) on conflict do nothing',
    values: [markerOf(key, accountId), keyIdOf(key)],
  })
}

/** Accounts that have come back stand for their bans themselves. */
export async function dropMarkers(tx: Tx, key: KeyObject, ids: readonly string[]): Promise<void> {
  await tx.query({
    name: 'ban_markers/drop',
    text: 'delete from ban_markers where marker = any($1::bytea[])',
    values: [ids.map((id) => markerOf(key, id))],
  })
}

/** Which of these ids are those of accounts that were banned when they were erased. */
export async function markedAmong(db: Db, key: KeyObject, ids: readonly string[]): Promise<string[]> {
  if (!(await areThereAny(db))) return [] // as a rule: and hashing thousands of new ids is not for nothing
  const byMarker = new Map(ids.map((id) => [markerOf(key, id).toString('hex'), id]))
  const { rows } = await db.query<{ marker: Buffer }>({
    name: 'ban_markers/among',
    text: 'select marker from ban_markers where marker = any($1::bytea[])',
    values: [[...byMarker.keys()].map((marker) => Buffer.from(marker, 'hex'))],
  })
  return rows.map(({ marker }) => byMarker.get(marker.toString('hex'))!)
}

async function areThereAny(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ any: boolean }>({
    name: 'ban_markers/any',
    text: 'select exists (select from ban_markers) as any',
  })
  return rows[0]!.any
}

/** Says of accounts that are not known whether they come back banned. */
export async function withBans(
  db: Db,
  key: KeyObject,
  accounts: ReadonlyMap<string, StoredAccount>,
): Promise<Map<string, StoredAccount>> {
  const unknown = [...accounts.values()].filter(({ version }) => version === 0).map(({ state }) => state.accountId)
  const marked = unknown.length > 0 ? await markedAmong(db, key, unknown) : []
  return new Map([...accounts, ...marked.map((id) => [id, { ...accounts.get(id)!, comesBackBanned: true }] as const)])
}

/** How many bans were kept with another key than this one, and so cannot be recognised. */
export async function markersOfOtherKeys(db: Db, key: KeyObject | undefined): Promise<number> {
  const { rows } = await db.query<{ count: number }>({
    name: 'ban_markers/of other keys',
    text: 'select count(*)::int as count from ban_markers where key_id is distinct from $1',
    values: [key ? keyIdOf(key) : null],
  })
  return rows[0]!.count
}

import { type Tx, together } from '../db.ts'
import type { SeenIds, SeenSlot } from '../window/seen.ts'
import type { AccountWrite } from './accounts.ts'
import { bigintArray, byteaArray, textArray } from './binaryArrays.ts'
import { byIndexes } from './byIndexes.ts'

/** How many words of ids stand in a row of their own, by slot; undefined where none do, as with most accounts. */
export type IdsInRows = ReadonlyMap<number, number> | undefined

/** Where the ids that an account remembers are to stand. */
export interface PlacedIds {
  inRows: IdsInRows
  /** What goes to the rows of their slots, behind what is there; mostly nothing. */
  come: SeenIds
}

/** Ids that may stand in the account's own row: a quarter of a kilobyte. */
const MOST_RECENT = 32
const WORDS = 2
/** Slot (uint32 LE), words in rows (uint16 LE), words that follow (uint16 LE). */
const SLOT_HEAD = 8

const wordsOf = (inRows: IdsInRows, slot: number) => inRows?.get(slot) ?? 0

const wordsRecent = (seen: SeenIds, inRows: IdsInRows) =>
  seen.reduce((sum, { slot, ids }) => sum + ids.length - wordsOf(inRows, slot), 0)

/** Leaves ids in the account's own row while there are few of them, and sends all to their own rows otherwise. */
export function placeIds(seen: SeenIds, before: IdsInRows): PlacedIds {
  if (wordsRecent(seen, before) <= WORDS * MOST_RECENT) return { inRows: before, come: [] }
  return {
    inRows: new Map(seen.map(({ slot, ids }) => [slot, ids.length])),
    come: seen.flatMap(({ slot, ids }) => {
      const words = wordsOf(before, slot)
      return ids.length === words ? [] : [{ slot, ids: ids.subarray(words) }]
    }),
  }
}

/** How many bytes `encodeRecent` writes. */
export const recentLength = (seen: SeenIds, inRows: IdsInRows): number =>
  1 + SLOT_HEAD * seen.length + 4 * wordsRecent(seen, inRows)

/** Writes at a place how many slots there are, and for each of them what stands where: what the account's own row has to say of its ids. */
export function encodeRecent(seen: SeenIds, inRows: IdsInRows, bytes: Buffer, place: number): void {
  let at = bytes.writeUInt8(seen.length, place)
  for (const { slot, ids } of seen) {
    const stored = wordsOf(inRows, slot)
    at = bytes.writeUInt32LE(slot, at)
    at = bytes.writeUInt16LE(stored, at)
    at = bytes.writeUInt16LE(ids.length - stored, at)
    for (let i = stored; i < ids.length; i++) at = bytes.writeUInt32LE(ids[i]!, at)
  }
}

/** What an account remembers, of its own row and of the rows of its ids; slots that are gone may have rows still. */
export function decodeIds(recent: Buffer, older: SeenIds): SeenIds {
  if (recent.length === 0) return older
  const seen: SeenSlot[] = []
  let at = 1
  for (let left = recent[0]!; left > 0; left--) {
    const slot = recent.readUInt32LE(at)
    const stored = recent.readUInt16LE(at + 4)
    const ids = new Uint32Array(stored + recent.readUInt16LE(at + 6))
    at += SLOT_HEAD
    if (stored > 0) ids.set(older.find((row) => row.slot === slot)!.ids.subarray(0, stored))
    for (let i = stored; i < ids.length; i++, at += 4) ids[i] = recent.readUInt32LE(at)
    seen.push({ slot, ids })
  }
  return seen
}

/** How many words of what `decodeIds` reads stand in rows of their own; of bytes as a row keeps them. */
export function wordsInRows(bytes: string, older: SeenIds): IdsInRows {
  if (older.length === 0) return undefined
  if (bytes.length === 0) return new Map(older.map(({ slot, ids }) => [slot, ids.length]))
  const recent = Buffer.from(bytes, 'latin1')
  const inRows = new Map<number, number>()
  let at = 1
  for (let left = recent[0]!; left > 0; left--) {
    inRows.set(recent.readUInt32LE(at), recent.readUInt16LE(at + 4))
    at += SLOT_HEAD + 4 * recent.readUInt16LE(at + 6)
  }
  return inRows
}

/** The ids that stand in rows of their own. */
export const olderOf = (seen: SeenIds, inRows: IdsInRows): SeenIds =>
  inRows
    ? seen.flatMap(({ slot, ids }) => {
        const words = wordsOf(inRows, slot)
        return words === 0 ? [] : [{ slot, ids: ids.subarray(0, words) }]
      })
    : []

/**
 * Appends ids to the rows of their slots, in one statement, and deletes the rows of slots before the first that is remembered. Only for
 * accounts that were still at the version they had been read at: then what is stored is what was there before.
 */
export async function saveIds(
  tx: Tx,
  writes: readonly Pick<AccountWrite, 'accountId' | 'comingIds' | 'firstSlot'>[],
): Promise<void> {
  const some = writes.filter(({ comingIds }) => comingIds.length > 0)
  if (some.length === 0) return
  const come = some.flatMap(({ accountId, comingIds }) => comingIds.map(({ slot, ids }) => ({ accountId, slot, ids })))
  const planned = byIndexes(tx)
  const saving = tx.query({
    name: 'account_ids/save',
    text: `
      with gone as (
        delete from account_ids i using unnest($1::text[], $2::bigint[]) as k(account_id, first)
        where i.account_id = k.account_id and i.slot < k.first)
      insert into account_ids as i (account_id, slot, ids) select * from unnest($3::text[], $4::bigint[], $5::bytea[])
      on conflict (account_id, slot) do update set ids = i.ids || excluded.ids`,
    values: [
      textArray(some.map(({ accountId }) => accountId)),
      bigintArray(some.map(({ firstSlot }) => firstSlot)),
      textArray(come.map(({ accountId }) => accountId)),
      bigintArray(come.map(({ slot }) => slot)),
      byteaArray(come.map(({ ids }) => new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength))),
    ],
  })
  await together([planned, saving])
}

import { type AccountCommit, type AccountRow, initialState, type ReadyCommit, type StoredAccount } from '../account.ts'
import { type Db, type Tx, together } from '../db.ts'
import type { Enforcement } from '../decide/enforcement.ts'
import type { SeenIds } from '../window/seen.ts'
import { decodeIds, encodeRecent, olderOf, placeIds, recentLength, wordsInRows } from './accountIds.ts'
import { bigintArray, byteaArray, textArray } from './binaryArrays.ts'
import { type ChainedEntry, link } from './chain.ts'
import { decodeState, encodeState } from './stateCodec.ts'

const HASH = 32
const emptyChain = '\0'.repeat(HASH)

interface Row extends Record<string, unknown> {
  account_id: string
  version: number
  ordinal: number
  seq: number
  account_time: number
  chain_head: Buffer
  state: Buffer
  source: string
  recent_ids: Buffer
  slots: { slot: number; ids: string }[] | null
}

/** The rows of the accounts of these ids, each with its remembered event ids; unknown ones are left out. */
export async function loadRows(db: Db | Tx, ids: readonly string[]): Promise<Map<string, AccountRow>> {
  const { rows } = await (db as Tx).query<Row>({
    name: 'accounts/load',
    text: `
      select a.account_id, a.version, a.ordinal, a.seq, a.account_time, a.chain_head, a.state, a.source, a.recent_ids,
        (select json_agg(json_build_object('slot', i.slot, 'ids', encode(i.ids, 'base64')) order by i.slot)
         from account_ids i where i.account_id = a.account_id) as slots
      from accounts a where a.account_id = any($1::text[])`,
    values: [textArray(ids)],
  })
  return new Map(rows.map((row) => [row.account_id, loaded(row)]))
}

const loaded = (row: Row): AccountRow => ({
  ...{ accountId: row.account_id, version: row.version, ordinal: row.ordinal, seq: row.seq, time: row.account_time },
  source: row.source,
  bytes: [row.chain_head, row.recent_ids, row.state].map((bytes) => bytes.toString('latin1')).join(''),
  stateAt: HASH + row.recent_ids.length,
  olderIds: row.slots?.map(olderSlot) ?? none,
})

const headOf = ({ bytes }: AccountRow) => bytes.slice(0, HASH)
const recentOf = ({ bytes, stateAt }: AccountRow) => bytes.slice(HASH, stateAt)
const stateOf = ({ bytes, stateAt }: AccountRow) => bytes.slice(stateAt)

const none: SeenIds = []

const olderSlot = ({ slot, ids }: { slot: number; ids: string }) => ({
  slot,
  ids: new Uint32Array(new Uint8Array(Buffer.from(ids, 'base64')).buffer),
})

/** The account that a row is of; one as it begins where there is none. */
export function accountOf(accountId: string, row: AccountRow | undefined): StoredAccount {
  if (!row) return { state: initialState(accountId), version: 0 }
  const { ordinal, seq, time, version, stateAt, olderIds } = row
  if (row.bytes.length === stateAt) throw new Error('an erased account cannot be loaded')
  const bytes = Buffer.from(row.bytes, 'latin1')
  const seen = decodeIds(bytes.subarray(HASH, stateAt), olderIds)
  return { state: { accountId, ordinal, seq, time, seen, ...decodeState(bytes, stateAt) }, version, row }
}

/** What a commit writes of an account. */
export interface AccountWrite extends ReadyCommit, Required<Pick<AccountCommit, 'inputs' | 'excerpts' | 'dueAt'>> {
  /** What it was built on. */
  before: AccountRow | undefined
  after: AccountRow
  plan: string | null
  restriction: Enforcement['restriction']['kind']
  /** Of a suspension. Milliseconds. */
  until: number | null
  /** Where something was decided. */
  decided: Enforcement | undefined
  chained: readonly ChainedEntry[]
  /** Ids that go to rows of their own. */
  comingIds: SeenIds
  firstSlot: number
  cameBackBanned: boolean
}

/** Makes a commit ready to be written. */
export function written({
  before,
  after,
  outcomes,
  inputs,
  excerpts = [],
  dueAt,
  source,
}: AccountCommit): AccountWrite {
  const { accountId, ordinal, seq, time, enforcement, plan, seen } = after
  const { row } = before
  const { restriction } = enforcement
  const entries = outcomes.flatMap((one) => one.entries)
  const { chained, head } = link(Buffer.from(row ? headOf(row) : emptyChain, 'latin1'), entries)
  const { inRows, come } = placeIds(seen, row && wordsInRows(recentOf(row), row.olderIds))
  const stateAt = HASH + recentLength(seen, inRows)
  const bytes = encodeState(after, row && { state: before.state, bytes: row.bytes, at: row.stateAt }, stateAt)
  bytes.set(head, 0)
  encodeRecent(seen, inRows, bytes, HASH)
  return {
    before: row,
    after: {
      ...{ accountId, version: before.version + 1, ordinal, seq, time, bytes: bytes.toString('latin1'), stateAt },
      source: source ?? row?.source ?? 'http',
      olderIds: olderOf(seen, inRows),
    },
    ...{ accountId, plan: plan.current, restriction: restriction.kind },
    until: restriction.kind === 'suspension' ? restriction.until : null,
    decided: entries.length > 0 ? enforcement : undefined,
    ...{ outcomes, inputs, excerpts, dueAt, chained },
    comingIds: come,
    firstSlot: seen.reduce((first, { slot }) => Math.min(first, slot), Infinity),
    cameBackBanned: before.comesBackBanned ?? false,
  }
}

/** So many account rows go out in one statement: one of tens of megabytes is copied from buffer to buffer, and nobody reads along. */
const TOGETHER = 1000

/**
 * Writes account rows in order of their ids where they are still at the version that they had been read at. Returns the ids of the
 * others, which were left alone: somebody else was faster. Where one was erased meanwhile the database refuses the statement with
 * SERIALIZATION_FAILURE.
 */
export async function saveAccounts(tx: Tx, writes: readonly AccountWrite[]): Promise<Set<string>> {
  const sorted = [...writes].sort((a, b) => (a.accountId < b.accountId ? -1 : 1))
  const saving: Promise<string[]>[] = []
  for (let from = 0; from < sorted.length; from += TOGETHER)
    saving.push(saveTogether(tx, sorted.slice(from, from + TOGETHER)))
  return new Set((await together(saving)).flat())
}

/** The ids of those that were lost. */
async function saveTogether(tx: Tx, sorted: readonly AccountWrite[]): Promise<string[]> {
  const rows = sorted.map(({ after }) => after)
  const lost = await tx.query<{ account_id: string }>({
    name: 'accounts/save',
    text: `
      with saved as (
        insert into accounts as a (account_id, version, ordinal, seq, account_time, plan, restriction, restriction_until, due_at, chain_head, state, source, recent_ids)
        select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::bytea[], $11::bytea[], $12::text[], $13::bytea[])
        on conflict (account_id) do update set
          version = excluded.version, ordinal = excluded.ordinal, seq = excluded.seq, account_time = excluded.account_time,
          plan = excluded.plan, restriction = excluded.restriction, restriction_until = excluded.restriction_until,
          due_at = excluded.due_at, chain_head = excluded.chain_head, state = excluded.state,
          source = excluded.source, recent_ids = excluded.recent_ids
        where a.version = excluded.version - 1
        returning account_id)
      select unnest($1::text[]) as account_id except select account_id from saved`,
    values: [
      textArray(rows.map(({ accountId }) => accountId)),
      bigintArray(rows.map(({ version }) => version)),
      bigintArray(rows.map(({ ordinal }) => ordinal)),
      bigintArray(rows.map(({ seq }) => seq)),
      bigintArray(rows.map(({ time }) => time)),
      textArray(sorted.map(({ plan }) => plan)),
      textArray(sorted.map(({ restriction }) => restriction)),
      bigintArray(sorted.map(({ until }) => until)),
      bigintArray(sorted.map(({ dueAt }) => dueAt ?? null)),
      byteaArray(rows.map(headOf)),
      byteaArray(rows.map(stateOf)),
      textArray(rows.map(({ source }) => source)),
      byteaArray(rows.map(recentOf)),
    ],
  })
  return lost.rows.map((row) => row.account_id)
}

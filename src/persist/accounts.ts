import { type AccountCommit, type AccountState, initialState, type StoredAccount } from '../account.ts'
import type { Db, Tx } from '../db.ts'
import { decodeIds, encodeRecent, type PlacedIds } from './accountIds.ts'
import { bigintArray, byteaArray, textArray } from './binaryArrays.ts'
import { decodeState, encodeState } from './stateCodec.ts'

const emptyChain: Buffer = Buffer.alloc(32)

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

/** The accounts of these ids, each with its remembered event ids; unknown ones as they begin. */
export async function loadAccounts(db: Db | Tx, ids: readonly string[]): Promise<Map<string, StoredAccount>> {
  const { rows } = await (db as Tx).query<Row>({
    name: 'accounts/load',
    text: `
      select a.account_id, a.version, a.ordinal, a.seq, a.account_time, a.chain_head, a.state, a.source, a.recent_ids,
        (select json_agg(json_build_object('slot', i.slot, 'ids', encode(i.ids, 'base64')) order by i.slot)
         from account_ids i where i.account_id = a.account_id) as slots
      from accounts a where a.account_id = any($1::text[])`,
    values: [textArray(ids)],
  })
  const stored = new Map(rows.map((row) => [row.account_id, loaded(row)]))
  return new Map(
    ids.map((id) => [id, stored.get(id) ?? { state: initialState(id), version: 0, chainHead: emptyChain }]),
  )
}

function loaded(row: Row): StoredAccount {
  if (row.state.length === 0) throw new Error('an erased account cannot be loaded')
  const rows = (row.slots ?? []).map(({ slot, ids }) => ({
    slot,
    ids: new Uint32Array(new Uint8Array(Buffer.from(ids, 'base64')).buffer),
  }))
  const { seen, inRows: idsInRows } = decodeIds(row.recent_ids, rows)
  const { account_id: accountId, ordinal, seq, account_time: time } = row
  return {
    state: { accountId, ordinal, seq, time, seen, ...decodeState(row.state) },
    version: row.version,
    chainHead: row.chain_head,
    source: row.source,
    idsInRows,
  }
}

/** A commit with the hash that its last ledger entry ends the chain with, and with where its ids stand. */
export type AccountWrite = Pick<AccountCommit, 'after' | 'before' | 'dueAt' | 'source'> & {
  chainHead: Uint8Array
  ids: PlacedIds
}

/**
 * Writes account rows in order of their ids, in one statement, and returns the ids of those that were still at the version
 * they had been read at. The others were left alone: somebody else was faster. Where one was erased meanwhile the database refuses
 * the whole statement with SERIALIZATION_FAILURE.
 */
export async function saveAccounts(tx: Tx, writes: readonly AccountWrite[]): Promise<Set<string>> {
  const sorted = [...writes].sort((a, b) => (a.after.accountId < b.after.accountId ? -1 : 1))
  const column = <T>(of: (write: AccountWrite) => T): T[] => sorted.map(of)
  const saved = await tx.query<{ account_id: string }>({
    name: 'accounts/save',
    text: `
      insert into accounts as a (account_id, version, ordinal, seq, account_time, plan, restriction, restriction_until, due_at, chain_head, state, source, recent_ids)
      select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::bytea[], $11::bytea[], $12::text[], $13::bytea[])
      on conflict (account_id) do update set
        version = excluded.version, ordinal = excluded.ordinal, seq = excluded.seq, account_time = excluded.account_time,
        plan = excluded.plan, restriction = excluded.restriction, restriction_until = excluded.restriction_until,
        due_at = excluded.due_at, chain_head = excluded.chain_head, state = excluded.state,
        source = excluded.source, recent_ids = excluded.recent_ids
      where a.version = excluded.version - 1
      returning account_id`,
    values: [
      textArray(column(({ after }) => after.accountId)),
      bigintArray(column(({ before }) => before.version + 1)),
      bigintArray(column(({ after }) => after.ordinal)),
      bigintArray(column(({ after }) => after.seq)),
      bigintArray(column(({ after }) => after.time)),
      textArray(column(({ after }) => after.plan.current)),
      textArray(column(({ after }) => after.enforcement.restriction.kind)),
      bigintArray(column(({ after }) => untilOf(after))),
      bigintArray(column(({ dueAt }) => dueAt ?? null)),
      byteaArray(column(({ chainHead }) => chainHead)),
      byteaArray(column(({ after }) => encodeState(after))),
      textArray(column(({ source, before }) => source ?? before.source ?? 'http')),
      byteaArray(column(({ after, ids }) => encodeRecent(after.seen, ids.inRows))),
    ],
  })
  return new Set(saved.rows.map((row) => row.account_id))
}

const untilOf = ({ enforcement: { restriction } }: AccountState) =>
  restriction.kind === 'suspension' ? restriction.until : null

import { type AccountCommit, type AccountState, initialState, type StoredAccount } from '../account.ts'
import type { Db, Tx } from '../db.ts'
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
  slots: { slot: number; ids: string }[] | null
}

/** The accounts of these ids, each with its remembered event ids; unknown ones as they begin. */
export async function loadAccounts(db: Db | Tx, ids: readonly string[]): Promise<Map<string, StoredAccount>> {
  const { rows } = await (db as Tx).query<Row>({
    name: 'accounts/load',
    text: `
      select a.account_id, a.version, a.ordinal, a.seq, a.account_time, a.chain_head, a.state, a.source,
        (select json_agg(json_build_object('slot', i.slot, 'ids', encode(i.ids, 'base64')) order by i.slot)
         from account_ids i where i.account_id = a.account_id) as slots
      from accounts a where a.account_id = any($1::text[])`,
    values: [ids],
  })
  const stored = new Map(rows.map((row) => [row.account_id, loaded(row)]))
  return new Map(
    ids.map((id) => [id, stored.get(id) ?? { state: initialState(id), version: 0, chainHead: emptyChain }]),
  )
}

function loaded(row: Row): StoredAccount {
  if (row.state.length === 0) throw new Error('an erased account cannot be loaded')
  const seen = (row.slots ?? []).map(({ slot, ids }) => ({
    slot,
    ids: new Uint32Array(new Uint8Array(Buffer.from(ids, 'base64')).buffer),
  }))
  const { account_id: accountId, ordinal, seq, account_time: time } = row
  return {
    state: { accountId, ordinal, seq, time, seen, ...decodeState(row.state) },
    version: row.version,
    chainHead: row.chain_head,
    source: row.source,
  }
}

/** A commit with the hash that its last ledger entry ends the chain with. */
export type AccountWrite = Pick<AccountCommit, 'after' | 'before' | 'dueAt' | 'source'> & { chainHead: Uint8Array }

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
      insert into accounts as a (account_id, version, ordinal, seq, account_time, plan, restriction, restriction_until, due_at, chain_head, state, source)
      select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::bytea[], $11::bytea[], $12::text[])
      on conflict (account_id) do update set
        version = excluded.version, ordinal = excluded.ordinal, seq = excluded.seq, account_time = excluded.account_time,
        plan = excluded.plan, restriction = excluded.restriction, restriction_until = excluded.restriction_until,
        due_at = excluded.due_at, chain_head = excluded.chain_head, state = excluded.state,
        source = excluded.source
      where a.version = excluded.version - 1
      returning account_id`,
    values: [
      column(({ after }) => after.accountId),
      column(({ before }) => before.version + 1),
      column(({ after }) => after.ordinal),
      column(({ after }) => after.seq),
      column(({ after }) => after.time),
      column(({ after }) => after.plan.current),
      column(({ after }) => after.enforcement.restriction.kind),
      column(({ after }) => untilOf(after)),
      column(({ dueAt }) => dueAt ?? null),
      column(({ chainHead }) => Buffer.from(chainHead)),
      column(({ after }) => encodeState(after)),
      column(({ source, before }) => source ?? before.source ?? 'http'),
    ],
  })
  return new Set(saved.rows.map((row) => row.account_id))
}

const untilOf = ({ enforcement: { restriction } }: AccountState) =>
  restriction.kind === 'suspension' ? restriction.until : null

/**
 * Writes what has become of the remembered ids of accounts, in one statement: slots that are gone are deleted, ids that came are
 * appended to theirs. Only for accounts that were still at the version they had been read at: then what is stored is `before`.
 */
export async function saveSeenIds(tx: Tx, writes: readonly Pick<AccountCommit, 'before' | 'after'>[]): Promise<void> {
  const gone = writes.flatMap(({ before, after }) =>
    before.state.seen
      .filter(({ slot }) => !after.seen.some((one) => one.slot === slot))
      .map(({ slot }) => ({ accountId: after.accountId, slot })),
  )
  const come = writes.flatMap(({ before, after }) =>
    after.seen.flatMap(({ slot, ids }) => {
      const known = before.state.seen.find((one) => one.slot === slot)?.ids.length ?? 0
      return ids.length === known ? [] : [{ accountId: after.accountId, slot, ids: ids.subarray(known) }]
    }),
  )
  if (gone.length + come.length === 0) return
  await tx.query({
    name: 'account_ids/save',
    text: `
      with gone as (
        delete from account_ids i using unnest($1::text[], $2::bigint[]) as k(account_id, slot)
        where i.account_id = k.account_id and i.slot = k.slot)
      insert into account_ids as i (account_id, slot, ids) select * from unnest($3::text[], $4::bigint[], $5::bytea[])
      on conflict (account_id, slot) do update set ids = i.ids || excluded.ids`,
    values: [
      gone.map((one) => one.accountId),
      gone.map((one) => one.slot),
      come.map((one) => one.accountId),
      come.map((one) => one.slot),
      come.map(({ ids }) => Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength)),
    ],
  })
}

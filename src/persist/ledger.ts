import type { Db, Tx } from '../db.ts'
import type { ChainedEntry } from './chain.ts'

/** Appends entries of any number of accounts in one statement; an entry that is there already is an error. */
export async function appendLedger(tx: Tx, entries: readonly ChainedEntry[]): Promise<void> {
  if (entries.length === 0) return
  await tx.query({
    name: 'ledger/append',
    text: `
      insert into ledger (account_id, seq, entry, salt, digest, hash)
      select * from unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[], $5::bytea[], $6::bytea[])`,
    values: [
      entries.map((one) => one.accountId),
      entries.map((one) => one.seq),
      entries.map((one) => one.entry),
      entries.map((one) => one.salt),
      entries.map((one) => one.digest),
      entries.map((one) => Buffer.from(one.hash)),
    ],
  })
}

/** A ledger row; entry and salt are null once erased. */
export interface LedgerRow extends Record<string, unknown> {
  account_id: string
  seq: number
  entry: string | null
  salt: Buffer | null
  digest: Buffer
  hash: Buffer
}

/** All ledger rows account by account, by seq; of one account if it is named. Read in pages, so memory stays small. */
export async function* readLedger(db: Db | Tx, accountId?: string, page = 1000): AsyncGenerator<LedgerRow> {
  let after: [string, number] = ['', 0]
  for (;;) {
    const { rows } = await (db as Tx).query<LedgerRow>({
      name: 'ledger/page',
      text: `
        select account_id, seq, entry, salt, digest, hash from ledger
        where (account_id, seq) > ($1, $2) and ($3::text is null or account_id = $3)
        order by account_id, seq limit $4`,
      values: [...after, accountId ?? null, page],
    })
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < page) return
    after = [last.account_id, last.seq]
  }
}

import { type Db, type Tx, transaction } from '../db.ts'
import { digestOf, hashOf } from './chain.ts'
import { readLedger } from './ledger.ts'

/** One thing that is not as it was written. */
export interface Finding {
  accountId: string
  seq: number
  message: string
}

/** What an audit looked at, and what it found. */
export interface Audit {
  accounts: number
  entries: number
  /** Entries whose content was erased: their place in the chain verifies, what they said cannot. */
  erased: number
  findings: Finding[]
}

/**
 * Verifies the ledger: every entry against its digest, every digest against the chain, and head and count of every chain
 * against the account's row, all as of one moment, so that it may run beside a server. It cannot see an alteration that
 * rewrote a whole chain and the row with it.
 */
export const verifyLedger = (db: Db): Promise<Audit> =>
  transaction(db, async (tx) => {
    await tx.query({ text: 'set transaction isolation level repeatable read, read only' })
    return verify(tx)
  })

async function verify(db: Tx): Promise<Audit> {
  const audit: Audit = { accounts: 0, entries: 0, erased: 0, findings: [] }
  const heads = new Map<string, { seq: number; hash: Uint8Array }>()
  for await (const { account_id: accountId, seq, entry, salt, digest, hash } of readLedger(db)) {
    const found = (message: string) => audit.findings.push({ accountId, seq, message })
    const before = heads.get(accountId) ?? { seq: 0, hash: Buffer.alloc(32) }
    audit.entries++
    if (seq !== before.seq + 1) found(`follows entry ${before.seq}: ${seq - before.seq - 1} missing`)
    if (entry === null || salt === null) audit.erased++
    else if (!digestOf(salt, entry).equals(digest)) found('was altered: it does not match its digest')
    if (!Buffer.from(hashOf(before.hash, accountId, seq, digest)).equals(hash))
      found('breaks the chain: its hash does not follow from the one before')
    heads.set(accountId, { seq, hash })
  }
  for (const { account_id: accountId, seq, chain_head: head } of await chainHeads(db)) {
    audit.accounts++
    const end = heads.get(accountId) ?? { seq: 0, hash: Buffer.alloc(32) }
    if (end.seq !== seq)
      audit.findings.push({ accountId, seq: end.seq, message: `is the last one, but the account has ${seq} entries` })
    else if (!head.equals(end.hash))
      audit.findings.push({ accountId, seq, message: 'is not the head that the account knows' })
  }
  return audit
}

async function chainHeads(db: Tx): Promise<{ account_id: string; seq: number; chain_head: Buffer }[]> {
  const { rows } = await db.query<{ account_id: string; seq: number; chain_head: Buffer }>({
    text: 'select account_id, seq, chain_head from accounts order by account_id',
  })
  return rows
}

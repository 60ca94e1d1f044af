import { type Db, type Tx, transaction } from '../db.ts'
import { digestOf, hashOf } from './chain.ts'
import { type LedgerRow, readLedger } from './ledger.ts'

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
  /** Accounts that were erased: their chains verify, what they said cannot. */
  erased: number
  findings: Finding[]
}

/** Where a chain ends, and the first of its entries that is empty and that is not. */
interface Chain {
  seq: number
  hash: Uint8Array
  empty: number | undefined
  kept: number | undefined
}

interface Head extends Record<string, unknown> {
  account_id: string
  seq: number
  chain_head: Buffer
  erased: boolean
  /** Entries that the record of the erasure counted. */
  recorded: number | null
}

const NOTHING: Chain = { seq: 0, hash: Buffer.alloc(32), empty: undefined, kept: undefined }

/**
 * Verifies the ledger: every entry against its digest and its place, every digest against the chain, head and count of every chain
 * against the account's row, and what was erased against the record of erasures, all as of one moment, so that it may run beside a
 * server. It cannot see an alteration that rewrote a whole chain and the row with it.
 */
export const verifyLedger = (db: Db): Promise<Audit> =>
  transaction(db, async (tx) => {
    await tx.query({ text: 'set transaction isolation level repeatable read, read only' })
    return verify(tx)
  })

async function verify(db: Tx): Promise<Audit> {
  const audit: Audit = { accounts: 0, entries: 0, erased: 0, findings: [] }
  const chains = new Map<string, Chain>()
  for await (const row of readLedger(db)) {
    const { account_id: accountId, seq, hash, entry } = row
    const before = chains.get(accountId) ?? NOTHING
    audit.entries++
    audit.findings.push(...faultsOf(row, before).map((message) => ({ accountId, seq, message })))
    const [empty, kept] = entry === null ? [seq, undefined] : [undefined, seq]
    chains.set(accountId, { seq, hash, empty: before.empty ?? empty, kept: before.kept ?? kept })
  }
  for (const head of await chainHeads(db)) {
    audit.accounts++
    if (head.erased) audit.erased++
    audit.findings.push(...endFaults(head, chains.get(head.account_id) ?? NOTHING))
  }
  return audit
}

function faultsOf({ account_id, seq, entry, salt, digest, hash }: LedgerRow, before: Chain): string[] {
  const faults: string[] = []
  if (seq !== before.seq + 1) faults.push(`follows entry ${before.seq}: ${seq - before.seq - 1} missing`)
  if (entry !== null && salt !== null) {
    if (!digestOf(salt, entry).equals(digest)) faults.push('was altered: it does not match its digest')
    else if (!isAt(entry, account_id, seq))
      faults.push('is not where it was written: it names another account or place')
  }
  if (!hashOf(before.hash, seq, digest).equals(hash))
    faults.push('breaks the chain: its hash does not follow from the one before')
  return faults
}

/** Whether an entry itself says that it is this one: the hash covers its place, and not whose it is. */
function isAt(entry: string, account: string, place: number): boolean {
  try {
    const { accountId, seq } = JSON.parse(entry)
    return accountId === account && seq === place
  } catch {
    return false
  }
}

function endFaults({ account_id: accountId, seq, chain_head, erased, recorded }: Head, end: Chain): Finding[] {
  const faults: Finding[] = []
  const found = (at: number, message: string) => faults.push({ accountId, seq: at, message })
  if (end.seq !== seq) found(end.seq, `is the last one, but the account has ${seq} entries`)
  else if (!chain_head.equals(end.hash)) found(seq, 'is not the head that the account knows')
  if (!erased && end.empty !== undefined) found(end.empty, 'was erased, but its account was not')
  if (erased && end.kept !== undefined) found(end.kept, 'was kept, but its account was erased')
  if (erased && recorded !== seq) found(seq, 'is the last of an account whose erasure is not on record')
  return faults
}

async function chainHeads(db: Tx): Promise<Head[]> {
  const { rows } = await db.query<Head>({
    text: `
      select a.account_id, a.seq, a.chain_head, a.erased, e.entries as recorded
      from accounts a left join erasures e on e.pseudonym = a.account_id order by a.account_id`,
  })
  return rows
}

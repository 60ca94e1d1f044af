import { type KeyObject, randomBytes } from 'node:crypto'
import type { Db, Tx } from '../db.ts'
import { LanekeeperError } from '../errors.ts'
import { markBan } from './banMarkers.ts'
import { eraseDeadLetters } from './deadLetters.ts'
import { waitRelayLock } from './outbox.ts'
import { bury } from './tombstones.ts'

/** Everything of an account but its row and its ledger, in an order that foreign keys allow. */
const TABLES = [
  'acknowledgements',
  'outbox',
  'appeals',
  'violations',
  'notices',
  'inputs',
  'account_ids',
  'excerpts',
  'shadow_matches',
  'evidence_access',
] as const

/** What there is, or was, of an account: rows by table, and the ledger's entries. */
export type Holdings = Record<(typeof TABLES)[number] | 'ledger' | 'dead_letters', number>

/** An account that may be erased. */
export interface Erasable {
  accountId: string
  restriction: 'none' | 'throttle' | 'suspension' | 'ban'
  /** A ban of it waits for review. */
  isBanHeld: boolean
  holdings: Holdings
  /** Stored rule sets whose exemptions name it: their versions are hashes, so they stay as they are. */
  exemptedBy: number
}

/** Who had an account erased, and why, which is kept with what is left of it. */
export interface Erasing {
  by: string
  reason: string
  /** Keeps a ban. */
  key: KeyObject | undefined
}

/** What erasing an account would take; undefined if nothing is known of it. */
export async function readErasable(db: Db | Tx, accountId: string): Promise<Erasable | undefined> {
  const counts = TABLES.map(
    (table) => `(select count(*)::int from ${table} t where t.account_id = a.account_id) as ${table}`,
  )
  const { rows } = await (db as Tx).query<
    Holdings & { restriction: Erasable['restriction']; held: boolean; exempted: number }
  >({
    text: `
      select a.restriction, a.restriction = 'suspension' and a.restriction_until is null as held, a.seq as ledger,
        (select count(*)::int from rule_sets r
         where r.documents->'policy'->'exemptions' @> jsonb_build_array(jsonb_build_object('accountId', a.account_id))) as exempted,
        (select count(*)::int from dead_letters where key = convert_to(a.account_id, 'UTF8')) as dead_letters,
        ${counts.join(', ')}
      from accounts a where a.account_id = $1 and not a.erased`,
    values: [accountId],
  })
  const row = rows[0]
  if (!row) return undefined
  const { restriction, held: isBanHeld, exempted: exemptedBy, ...holdings } = row
  return { accountId, restriction, isBanHeld, exemptedBy, holdings }
}

/** Throws where an account is banned and there is no key to keep that with. */
export function requireKeyFor({ restriction }: Erasable, key: KeyObject | undefined): void {
  if (restriction !== 'ban' || key !== undefined) return
  throw new LanekeeperError(
    'erasure_key_missing',
    'the account is banned, and without LANEKEEPER_ERASURE_KEY its erasure would end the ban',
    'Set it to 32 random bytes, here and for the server alike.',
  )
}

/**
 * Erases what names an account or says something about its holder. The chain stays, under a random name that no gateway can send,
 * and so does the record of the erasure; a ban outlives it as a keyed marker. Undefined, and nothing done, if nothing is known of the
 * account.
 */
export async function eraseAccount(
  tx: Tx,
  accountId: string,
  { by, reason, key }: Erasing,
): Promise<Erasable | undefined> {
  await waitRelayLock(tx)
  if (!(await lock(tx, accountId))) return undefined
  const erased = await readErasable(tx, accountId)
  if (!erased) return undefined
  requireKeyFor(erased, key)
  if (key && erased.restriction === 'ban') await markBan(tx, key, accountId)
  const pseudonym = `erased:${randomBytes(64).toString('hex')}`
  await tx.query({ text: LEAVE_HEAD, values: [accountId, pseudonym] })
  await bury(tx, accountId)
  await tx.query({ text: RECORD, values: [pseudonym, by, reason] })
  await tx.query({ text: EMPTY_LEDGER, values: [accountId, pseudonym] })
  for (const table of TABLES)
    await tx.query({ text: `delete from ${table} where account_id = $1`, values: [accountId] })
  await eraseDeadLetters(tx, accountId)
  await tx.query({ text: 'delete from accounts where account_id = $1', values: [accountId] })
  return erased
}

/** Keeps commits, readers and acknowledgements of an account away; false if it is not there. */
async function lock(tx: Tx, accountId: string): Promise<boolean> {
  const { rowCount } = await tx.query({
    text: 'select from accounts where account_id = $1 for update',
    values: [accountId],
  })
  await tx.query({ text: 'select from outbox where account_id = $1 for update', values: [accountId] })
  return rowCount === 1
}

const LEAVE_HEAD = `
  insert into accounts (account_id, version, ordinal, seq, account_time, restriction, chain_head, state, erased)
  select $2, 1, 0, seq, 0, 'none', chain_head, '', true from accounts where account_id = $1`

const RECORD = `
  insert into erasures (pseudonym, erased_by, reason, entries, feed_cursor)
  select account_id, $2, $3, seq,
    greatest((select max(cursor) from outbox), (select max(feed_cursor) from erasures), (select max(cursor) from tombstones), 0)
  from accounts where account_id = $1`

/** When an entry was written may be in somebody's log beside a name, so that goes too. */
const EMPTY_LEDGER =
  'update ledger set account_id = $2, entry = null, salt = null, written_at = now() where account_id = $1'

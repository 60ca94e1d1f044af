import { type Db, transaction } from '../db.ts'
import { LanekeeperError } from '../errors.ts'
import { recordAccess } from '../persist/evidenceAccess.ts'

/** Puts it on record that somebody reads what is held about an account. Throws account_unknown where nothing is. */
export async function readingOnRecord(db: Db, accountId: string, what: string): Promise<void> {
  const known = await transaction(db, (tx) => recordAccess(tx, [accountId], 'cli', what))
  if (!known.has(accountId)) throw unknownAccount(accountId)
}

/** Nothing is known of the account that somebody named. */
export const unknownAccount = (accountId: string): LanekeeperError =>
  new LanekeeperError(
    'account_unknown',
    `nothing is known of an account ${accountId}`,
    'Give its id as the gateway sends it.',
  )

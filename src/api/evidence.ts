import { transaction } from '../db.ts'
import { recordAccess } from '../persist/evidenceAccess.ts'
import type { KeyOwner } from '../persist/keys.ts'
import type { Api } from './deps.ts'
import { Problem } from './problems.ts'

/** Lets somebody read what is held about an account: first it is put on record, then shown. Throws not_found for an unknown one. */
export async function readingEvidence<T>(
  { db }: Pick<Api, 'db'>,
  { accountId, caller, what }: { accountId: string; caller: KeyOwner; what: string },
  read: () => Promise<T>,
): Promise<T> {
  const known = await transaction(db, (tx) => recordAccess(tx, [accountId], caller.keyId, what))
  if (!known.has(accountId)) throw new Problem('not_found', { detail: 'Nothing is known of this account.' })
  return read()
}

/** The same for a page about many accounts; what is about one that has been erased meanwhile is left out. */
export async function readingEvidenceOfMany<T extends { accountId: string }>(
  { db }: Pick<Api, 'db'>,
  { about, caller, what }: { about: readonly T[]; caller: KeyOwner; what: string },
): Promise<T[]> {
  const ids = new Set(about.map(({ accountId }) => accountId))
  const known = await transaction(db, (tx) => recordAccess(tx, [...ids], caller.keyId, what))
  return about.filter(({ accountId }) => known.has(accountId))
}

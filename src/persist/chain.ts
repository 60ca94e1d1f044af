import { createHash, randomBytes } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { LedgerEntry } from '../account.ts'

/** A ledger entry as it is stored. */
export interface ChainedEntry {
  accountId: string
  seq: number
  /** Canonical JSON; its UTF-8 is what the digest covers. */
  entry: string
  salt: Buffer
  digest: Buffer
  hash: Uint8Array
}

/** SHA-256 over salt and entry: without the salt nobody can try out what an erased entry may have said. */
export const digestOf = (salt: Buffer, entry: string): Buffer =>
  createHash('sha256').update(salt).update(entry, 'utf8').digest()

/**
 * SHA-256 over the hash before, the place and the digest: an entry cannot be altered, moved or left out. The account is named by
 * the entry alone, so that the chain outlives its name.
 */
export function hashOf(before: Uint8Array, seq: number, digest: Buffer): Buffer {
  const place = Buffer.alloc(8)
  place.writeBigUInt64BE(BigInt(seq))
  return createHash('sha256').update(before).update(place).update(digest).digest()
}

/** Links entries to a chain whose last hash is `head`; returns them with the new head. */
export function link(head: Uint8Array, entries: readonly LedgerEntry[]): { chained: ChainedEntry[]; head: Uint8Array } {
  let last = head
  const chained = entries.map((one) => {
    const { accountId, seq } = one
    const entry = canonicalize(one)!
    const salt = randomBytes(16)
    const digest = digestOf(salt, entry)
    last = hashOf(last, seq, digest)
    return { accountId, seq, entry, salt, digest, hash: last }
  })
  return { chained, head: last }
}

import { createHash, randomBytes } from 'node:crypto'
import type { Db, Tx } from '../db.ts'

export const roles = ['gateway', 'support', 'analyst', 'admin'] as const
export type Role = (typeof roles)[number]

/** Who a key belongs to; the id is not secret and names the actor in the ledger. */
export interface KeyOwner {
  keyId: string
  role: Role
}

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest()

/** Makes a key and returns it this once: only its hash is stored. 256 random bits need no slow hash. */
export async function createKey(tx: Tx, role: Role): Promise<KeyOwner & { key: string }> {
  const keyId = `key_${randomBytes(8).toString('hex')}`
  const key = `lk_${randomBytes(32).toString('base64url')}`
  await tx.query({
    name: 'keys/create',
    text: 'insert into api_keys (key_id, role, key_hash) values ($1, $2, $3)',
    values: [keyId, role, hashOf(key)],
  })
  return { keyId, role, key }
}

/** Whose key this is; undefined for one that was never given out or is revoked. */
export async function roleOf(db: Db, key: string): Promise<KeyOwner | undefined> {
  const { rows } = await db.query<{ keyId: string; role: Role }>({
    name: 'keys/role',
    text: 'select key_id as "keyId", role from api_keys where key_hash = $1 and revoked_at is null',
    values: [hashOf(key)],
  })
  return rows[0]
}

/** Whether a key is not revoked, by its id. */
export async function isInForce(db: Db, keyId: string): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'keys/in force',
    text: 'select from api_keys where key_id = $1 and revoked_at is null',
    values: [keyId],
  })
  return rowCount === 1
}

/** Ends a key, by its id; false if there is no such key in force. */
export async function revokeKey(tx: Tx, keyId: string): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'keys/revoke',
    text: 'update api_keys set revoked_at = now() where key_id = $1 and revoked_at is null',
    values: [keyId],
  })
  return rowCount === 1
}

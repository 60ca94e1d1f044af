import { createHash } from 'node:crypto'
import type { Db } from '../db.ts'
import { type KeyOwner, roleOf } from '../persist/keys.ts'
import { Problem } from './problems.ts'

/** So many wrong keys an address has free, and it gets another one after so many milliseconds. */
const FREE = 10
const REGAIN = 6_000
/** More addresses or keys than this are not remembered; the oldest is forgotten. */
const MOST = 10_000

/** Finds out whose key a request carries, and slows down whoever tries keys. Times in milliseconds of any steady clock. */
export class Gatekeeper {
  readonly #db: Db
  /** By address: when all its free attempts will be back. */
  readonly #failures = new Map<string, number>()
  /** Hashes of keys that were right: they get in from an address where others fail, e.g. behind one proxy. */
  readonly #known = new Set<string>()

  constructor(db: Db) {
    this.#db = db
  }

  /** The owner of the key in an Authorization header. Throws unauthenticated, or too_many_failures without having looked. */
  async admit(authorization: string | undefined, address: string, now: number): Promise<KeyOwner> {
    const key = /^Bearer +([\x21-\x7e]{1,256})$/i.exec(authorization ?? '')?.[1]
    if (key === undefined)
      throw new Problem('unauthenticated', { detail: 'Send the key as "Authorization: Bearer …".' })
    const hash = createHash('sha256').update(key).digest('base64')
    const wait = this.#waitOf(address, now)
    if (wait > 0 && !this.#known.has(hash)) throw new Problem('too_many_failures', {}, Math.ceil(wait / 1000))
    const owner = await roleOf(this.#db, key)
    if (owner) {
      remember(this.#known, hash)
      return owner
    }
    this.#known.delete(hash)
    this.#failed(address, now)
    throw new Problem('unauthenticated', { detail: 'There is no such key, or it was revoked.' })
  }

  #waitOf(address: string, now: number): number {
    return (this.#failures.get(address) ?? now) - now - (FREE - 1) * REGAIN
  }

  #failed(address: string, now: number): void {
    const restored = Math.max(this.#failures.get(address) ?? now, now) + REGAIN
    this.#failures.delete(address)
    this.#failures.set(address, restored)
    if (this.#failures.size > MOST) this.#failures.delete(this.#failures.keys().next().value!)
  }
}

function remember(set: Set<string>, one: string): void {
  if (set.has(one)) return
  set.add(one)
  if (set.size > MOST) set.delete(set.values().next().value!)
}

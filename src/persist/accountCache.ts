import type { StoredAccount } from '../account.ts'
import type { AccountWrite } from './accounts.ts'

/**
 * Accounts as this process last wrote them, so many that were used last. Whoever builds on one finds out at the save, by its version,
 * that somebody else has changed it, so that nothing here has to be true.
 */
export class AccountCache {
  readonly #most: number
  /** In the order of their last use. */
  readonly #accounts = new Map<string, StoredAccount>()
  #hits = 0
  #misses = 0

  constructor(most: number) {
    this.#most = most
  }

  /** How often an account was found and not found, since it began. */
  get counts(): { hits: number; misses: number } {
    return { hits: this.#hits, misses: this.#misses }
  }

  /** Those of these that are known. */
  get(ids: readonly string[]): Map<string, StoredAccount> {
    const found = new Map<string, StoredAccount>()
    for (const id of ids) {
      const account = this.#accounts.get(id)
      if (!account) continue
      found.set(id, account)
      this.#put(id, account)
    }
    this.#hits += found.size
    this.#misses += ids.length - found.size
    return found
  }

  /** Keeps accounts as they were written; those that were lost to somebody else are forgotten. */
  saved(writes: readonly AccountWrite[], lost: ReadonlySet<string>): void {
    for (const { before, after, chainHead, ids, source = before.source } of writes)
      if (lost.has(after.accountId)) this.#accounts.delete(after.accountId)
      else
        this.#put(after.accountId, {
          state: after,
          version: before.version + 1,
          chainHead,
          idsInRows: ids.inRows,
          ...(source === undefined ? {} : { source }),
        })
  }

  /** Forgets accounts; all of them if none is named. */
  forget(ids?: readonly string[]): void {
    if (!ids) this.#accounts.clear()
    for (const id of ids ?? []) this.#accounts.delete(id)
  }

  #put(id: string, account: StoredAccount): void {
    this.#accounts.delete(id)
    this.#accounts.set(id, account)
    if (this.#accounts.size > this.#most) this.#accounts.delete(this.#accounts.keys().next().value!)
  }
}

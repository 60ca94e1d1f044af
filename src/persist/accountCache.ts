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
  /** As they are about to be written. */
  readonly #expected = new Map<string, StoredAccount>()
  /** Those of them that were not written, or of which that is not known. */
  readonly #untrue = new WeakSet<StoredAccount>()
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
      const expected = this.#expected.get(id)
      const account = expected ?? this.#accounts.get(id)
      if (!account) continue
      found.set(id, account)
      if (!expected) this.#put(id, account)
    }
    this.#hits += found.size
    this.#misses += ids.length - found.size
    return found
  }

  /** Whoever asks from here on gets accounts as they are about to be written; `isUntrue` tells in the end who was misled. */
  expect(writes: readonly AccountWrite[]): void {
    for (const { before, after, chainHead, ids, source = before.source } of writes)
      this.#expected.set(after.accountId, {
        ...{ state: after, version: before.version + 1, chainHead, idsInRows: ids.inRows },
        ...(source === undefined ? {} : { source }),
      })
  }

  /** Whether an account was expected to be so and is not, or may not be. */
  isUntrue(account: StoredAccount): boolean {
    return this.#untrue.has(account)
  }

  /** Keeps accounts as they were expected and written; those that were lost to somebody else are forgotten. */
  saved(writes: readonly AccountWrite[], lost: ReadonlySet<string>): void {
    for (const { before, after } of writes) {
      const { accountId } = after
      const account = this.#expected.get(accountId)
      if (lost.has(accountId) || account?.state !== after || account.version !== before.version + 1)
        this.#forget(accountId)
      else {
        this.#expected.delete(accountId)
        this.#put(accountId, account)
      }
    }
  }

  /** Forgets the accounts of all other sources. */
  keepOnly(sources: readonly string[]): void {
    const kept = new Set<string | undefined>(sources)
    for (const accounts of [this.#accounts, this.#expected])
      for (const [id, { source }] of [...accounts]) if (!kept.has(source)) this.#forget(id)
  }

  forget(ids: Iterable<string>): void {
    for (const id of ids) this.#forget(id)
  }

  #forget(id: string): void {
    const expected = this.#expected.get(id)
    if (expected) this.#untrue.add(expected)
    this.#expected.delete(id)
    this.#accounts.delete(id)
  }

  #put(id: string, account: StoredAccount): void {
    this.#accounts.delete(id)
    this.#accounts.set(id, account)
    if (this.#accounts.size > this.#most) this.#accounts.delete(this.#accounts.keys().next().value!)
  }
}

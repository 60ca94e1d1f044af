import type { AccountRow } from '../account.ts'
import type { AccountWrite } from './accounts.ts'

/**
 * Accounts as this process last wrote them: at least so many that were used last, and at most twice as many. Whoever builds on one finds
 * out at the save, by its version, that somebody else has changed it, so that nothing here has to be true.
 */
export class AccountCache {
  readonly #least: number
  /** Those that were used last. */
  #young = new Map<string, AccountRow>()
  /** Those that were before there were so many of them, all to be forgotten at once: an order of use would be moved with every one. */
  #old = new Map<string, AccountRow>()
  /** As they are about to be written. */
  readonly #expected = new Map<string, AccountRow>()
  /** Those of them that were not written, or of which that is not known. None is in either of the maps: whoever is told of it asks again. */
  readonly #untrue = new WeakSet<AccountRow>()
  #hits = 0
  #misses = 0

  constructor(least: number) {
    this.#least = least
  }

  /** How often an account was found and not found, since it began. */
  get counts(): { hits: number; misses: number } {
    return { hits: this.#hits, misses: this.#misses }
  }

  /** Those of these that are known. */
  get(ids: readonly string[]): Map<string, AccountRow> {
    const found = new Map<string, AccountRow>()
    for (const id of ids) {
      const expected = this.#expected.get(id)
      const account = expected ?? this.#used(id)
      if (account) found.set(id, account)
    }
    this.#hits += found.size
    this.#misses += ids.length - found.size
    return found
  }

  /** Whoever asks from here on gets accounts as they are about to be written; `isUntrue` tells in the end who was misled. */
  expect(writes: readonly AccountWrite[]): void {
    for (const { accountId, after } of writes) {
      this.#expected.set(accountId, after)
      this.#untrue.delete(after) // a second attempt, after one with which nothing was written
    }
  }

  /** Whether an account was expected to be so and is not, or may not be. */
  isUntrue(account: AccountRow): boolean {
    return this.#untrue.has(account)
  }

  /** Keeps accounts as they were expected and written; those that were lost to somebody else are forgotten. */
  saved(writes: readonly AccountWrite[], lost: ReadonlySet<string>): void {
    for (const { accountId, after } of writes) {
      if (lost.has(accountId) || this.#expected.get(accountId) !== after) this.#forget(accountId)
      else {
        this.#expected.delete(accountId)
        this.#put(accountId, after)
      }
    }
  }

  /** Forgets the accounts of all other sources. */
  keepOnly(sources: readonly string[]): void {
    const kept = new Set<string | undefined>(sources)
    for (const accounts of [this.#young, this.#old, this.#expected])
      for (const [id, { source }] of [...accounts]) if (!kept.has(source)) this.#forget(id)
  }

  forget(ids: Iterable<string>): void {
    for (const id of ids) this.#forget(id)
  }

  #forget(id: string): void {
    const expected = this.#expected.get(id)
    if (expected) this.#untrue.add(expected)
    this.#expected.delete(id)
    this.#young.delete(id)
    this.#old.delete(id)
  }

  #used(id: string): AccountRow | undefined {
    const young = this.#young.get(id)
    if (young) return young
    const old = this.#old.get(id)
    if (old) this.#put(id, old)
    return old
  }

  #put(id: string, account: AccountRow): void {
    if (this.#least === 0) return
    this.#young.set(id, account)
    if (this.#young.size < this.#least) return
    this.#old = this.#young
    this.#young = new Map()
  }
}

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Db, type Tx, transaction } from '../../src/db.ts'
import type { Entitlement } from '../../src/entitle/entitlement.ts'
import { saveOutcomes } from '../../src/persist/decided.ts'
import { type FeedItem, giveCursors, readFeed, tryRelayLock } from '../../src/persist/outbox.ts'
import { Relay } from '../../src/publish/relay.ts'
import { START, scored } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'
import { describeDatabase } from '../support/postgres.ts'
import { testService } from '../support/service.ts'

const engine = await engineWith()
const ACCOUNTS = ['ada', 'bo', 'cy']

const relayOf = (db: Db) =>
  new Relay({
    relay: (most) => transaction(db, async (tx) => ((await tryRelayLock(tx)) ? giveCursors(tx, most) : undefined)),
  })

/** Reads on from where it is, two changes a page, like a gateway. */
class Reader {
  readonly items: FeedItem[] = []
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  async catchUp(): Promise<string[]> {
    for (;;) {
      const page = await readFeed(this.#db, this.items.at(-1)?.cursor ?? 0, 2)
      this.items.push(...page)
      if (page.length === 0) return this.told
    }
  }

  get told(): string[] {
    return this.items.map(({ entitlement }) => nameOf(entitlement))
  }
}

const nameOf = ({ accountId, version }: Pick<Entitlement, 'accountId' | 'version'>) => `${accountId} ${version}`

/** Resolves when it is told to. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((done) => {
    open = done
  })
  return { open, opened }
}

describeDatabase('the relay', () => {
  let service: Awaited<ReturnType<typeof testService>>
  let sample: Entitlement
  let relay: Relay
  let reader: Reader
  beforeEach(async () => {
    service = await testService(engine)
    relay = relayOf(service.db)
    reader = new Reader(service.db)
    // The first request of an account brings the first version of its entitlement.
    await service.commit(ACCOUNTS.map((accountId) => scored('coding', START, { accountId })))
    expect(await relay.runOnce()).toBe(3)
    expect(await reader.catchUp()).toEqual(['ada 1', 'bo 1', 'cy 1'])
    sample = reader.items[0]!.entitlement
  })
  afterEach(() => service.close())

  const say = (tx: Tx, accountId: string, version: number) =>
    saveOutcomes(tx, [{ entries: [], shadow: [], entitlements: [{ ...sample, accountId, version }] }])

  it('gives a change its cursor only when it is committed: who pages by cursor misses none that commits late', async () => {
    const [begun, mayCommit] = [gate(), gate()]
    const earlier = transaction(service.db, async (tx) => {
      await say(tx, 'ada', 2)
      begun.open()
      await mayCommit.opened
    })
    await begun.opened
    await transaction(service.db, (tx) => say(tx, 'bo', 2))
    expect(await relay.runOnce()).toBe(1)
    expect((await reader.catchUp()).slice(3)).toEqual(['bo 2'])

    mayCommit.open()
    await earlier
    expect(await reader.catchUp()).toHaveLength(4) // committed, but without a cursor nobody sees it yet
    expect(await relay.runOnce()).toBe(1)
    expect((await reader.catchUp()).slice(3)).toEqual(['bo 2', 'ada 2'])
    expect(reader.items.map(({ cursor }) => cursor)).toEqual([1, 2, 3, 4, 5])
  })

  it('gives the versions of an account in their order, many in one run', async () => {
    const versions = Array.from({ length: 1100 }, (_, i) => i + 2)
    const entitlements = versions
      .flatMap((version) => [...ACCOUNTS].reverse().map((accountId) => ({ ...sample, accountId, version })))
      .reverse()
    await transaction(service.db, (tx) => saveOutcomes(tx, [{ entries: [], shadow: [], entitlements }]))
    expect(await relay.runOnce()).toBe(3300)
    expect(await relay.runOnce()).toBe(0)
    const items = await readFeed(service.db, 3, 5000)
    expect(items.map(({ cursor }) => cursor)).toEqual(Array.from({ length: 3300 }, (_, i) => i + 4))
    for (const id of ACCOUNTS)
      expect(
        items.filter(({ entitlement }) => entitlement.accountId === id).map(({ entitlement }) => entitlement.version),
      ).toEqual(versions)
  })

  it('leaves the cursors to another that is at work', async () => {
    await transaction(service.db, (tx) => say(tx, 'ada', 2))
    await transaction(service.db, async (tx) => {
      expect(await tryRelayLock(tx)).toBe(true)
      expect(await relay.runOnce()).toBe(0)
      expect(await giveCursors(tx, 10)).toBe(1)
      expect(await relay.runOnce()).toBe(0)
    })
    expect(await relay.runOnce()).toBe(0)
    expect((await reader.catchUp()).slice(3)).toEqual(['ada 2'])
  })

  it('beside others, writers and readers tells every change exactly once', async () => {
    const relays = [relayOf(service.db), relayOf(service.db)]
    const writers = ACCOUNTS.map(async (accountId) => {
      for (let version = 2; version <= 30; version++) await transaction(service.db, (tx) => say(tx, accountId, version))
    })
    let isWriting = true
    const until = async (work: () => Promise<unknown>) => {
      while (isWriting) await work()
    }
    const others = [...relays.map((one) => until(() => one.runOnce())), until(() => reader.catchUp())]
    await Promise.all(writers)
    isWriting = false
    await Promise.all(others)
    await relay.runOnce()
    const told = await reader.catchUp()
    const expected = ACCOUNTS.flatMap((id) => Array.from({ length: 30 }, (_, i) => `${id} ${i + 1}`))
    expect(told.toSorted()).toEqual(expected.toSorted())
    for (const id of ACCOUNTS)
      expect(told.filter((one) => one.startsWith(`${id} `))).toEqual(expected.filter((one) => one.startsWith(`${id} `)))
    expect(reader.items.map(({ cursor }) => cursor)).toEqual(told.map((_, i) => i + 1))
  })

  it('wakes its followers when there is something new, and only then', async () => {
    const follower = vi.fn()
    const stop = relay.onChange(follower)
    await relay.runOnce()
    expect(follower).not.toHaveBeenCalled()
    await transaction(service.db, (tx) => say(tx, 'ada', 2))
    await relay.runOnce()
    expect(follower).toHaveBeenCalledOnce()
    stop()
    await transaction(service.db, (tx) => say(tx, 'ada', 3))
    await relay.runOnce()
    expect(follower).toHaveBeenCalledOnce()
  })
})

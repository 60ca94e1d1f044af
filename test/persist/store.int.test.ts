import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AccountCommit, type AccountState, Fenced, type StoredAccount } from '../../src/account.ts'
import { commitEvents, commitSourced } from '../../src/consume/commit.ts'
import { AccountCache } from '../../src/persist/accountCache.ts'
import { readPosition } from '../../src/persist/due.ts'
import { readPartitions, takePartitions } from '../../src/persist/kafkaPositions.ts'
import { openStore } from '../../src/persist/store.ts'
import { newestOf } from '../../src/replay/timeline.ts'
import { arrive, type SeenIds } from '../../src/window/seen.ts'
import { MINUTE, START, scored } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'
import { describeDatabase } from '../support/postgres.ts'
import { testService } from '../support/service.ts'

const engine = await engineWith()

describeDatabase('the store', () => {
  let service: Awaited<ReturnType<typeof testService>>
  beforeEach(async () => {
    service = await testService(engine)
  })
  afterEach(() => service.close())

  it('leaves an account alone that somebody else has changed, writes the others, and lets the position wait', async () => {
    const { accounts } = service.committing
    await service.commit(['ada', 'bo'].map((accountId) => scored('coding', START, { accountId })))
    const before = await accounts.load(['ada', 'bo'])
    await service.commit([scored('coding', START + 1000, { accountId: 'ada' })])

    const commits = ['ada', 'bo'].map((id): AccountCommit => {
      const stored = before.get(id)!
      const after: AccountState = { ...stored.state, time: START + 5000 }
      return { before: stored, after, outcomes: [], inputs: [], dueAt: undefined }
    })
    const position = { source: 'test', greatestTime: START + 9000 }
    expect(await accounts.save(commits.map(accounts.ready), 0, position)).toEqual(new Set(['ada']))
    const times = async () => [...(await accounts.load(['ada', 'bo'])).values()].map(({ state }) => state.time)
    expect(await times()).toEqual([START + 1000, START + 5000])
    expect((await readPosition(service.db, 'test'))?.greatestTime).toBe(START + 1000)

    const again = { ...commits[0]!, before: (await accounts.load(['ada'])).get('ada')! }
    expect(await accounts.save([accounts.ready(again)], 0, position)).toEqual(new Set())
    expect(await times()).toEqual([START + 5000, START + 5000])
    expect((await readPosition(service.db, 'test'))?.greatestTime).toBe(START + 9000)
  })

  describe('with the position of a log', () => {
    const move = { partition: 0, from: 5, to: 7, greatestTime: START + 9000 }
    const letter = { topic: 'log', partition: 0, offset: 6, key: null, value: Buffer.from('{'), loggedAt: START }
    const positionAt = (epoch: number) => ({
      topic: 'log',
      moves: [{ ...move, epoch }],
      deadLetters: [{ ...letter, path: '', reason: 'is not JSON' }],
    })
    const commitsOf = (stored: Map<string, StoredAccount>) =>
      [...stored.values()].map(
        (before): AccountCommit => ({
          ...{ before, after: { ...before.state, time: START + 5000 }, outcomes: [], inputs: [], dueAt: undefined },
          source: 'log/0',
        }),
      )
    const found = async () => [
      (await service.db.query('select account_id, account_time, source from accounts order by 1')).rows,
      await readPartitions(service.db, 'log'),
      (await service.db.query('select from dead_letters')).rowCount,
    ]
    const given = { partition: 0, epoch: 1, nextOffset: 5 }
    const row = (account_id: string, second: number, source: string) => ({
      ...{ account_id, account_time: START + second * 1000, source },
    })
    beforeEach(() => takePartitions(service.db, 'log', [{ partition: 0, low: 5 }]))

    it('writes accounts, position and dead letters together, or nothing at all where one account was changed meanwhile', async () => {
      const { accounts } = service.committing
      await service.commit(['ada', 'bo'].map((accountId) => scored('coding', START, { accountId })))
      const old = commitsOf(await accounts.load(['ada', 'bo']))
      await service.commit([scored('coding', START + 1000, { accountId: 'ada' })])
      expect(await accounts.save(old.map(accounts.ready), 0, positionAt(1))).toEqual(new Set(['ada']))
      expect(await found()).toEqual([[row('ada', 1, 'test'), row('bo', 0, 'test')], [given], 0])

      const again = commitsOf(await accounts.load(['ada', 'bo']))
      expect(await accounts.save(again.map(accounts.ready), 0, positionAt(1))).toEqual(new Set())
      expect(await found()).toEqual([[row('ada', 5, 'log/0'), row('bo', 5, 'log/0')], [{ ...given, nextOffset: 7 }], 1])
    })

    it('says which account was changed meanwhile, whatever else of the commit is there already', async () => {
      const { accounts } = service.committing
      const entry = { accountId: 'ada', seq: 1, at: new Date(START).toISOString(), type: 'PlanChanged' }
      const commits = commitsOf(await accounts.load(['ada'])).map((commit) => ({
        ...commit,
        outcomes: [{ state: commit.after, entries: [entry], entitlements: [], shadow: [] }] as never,
      }))
      const { topic, moves, deadLetters } = positionAt(1)
      expect(await accounts.save(commits.map(accounts.ready), 0, { topic, moves, deadLetters })).toEqual(new Set())
      const next = { topic, moves: [{ ...moves[0]!, from: 7, to: 9 }], deadLetters }
      expect(await accounts.save(commits.map(accounts.ready), 0, next)).toEqual(new Set(['ada']))
    })

    it('goes on with what it wrote at the second attempt, when somebody else had changed one account of many', async () => {
      const cache = new AccountCache(10)
      const committing = { ...service.committing, accounts: openStore(service.db, undefined, cache) }
      const commit = (second: number, from: number) => {
        const events = ['ada', 'bo'].map((accountId) => scored('coding', START + second * 1000, { accountId }))
        const moves = [{ partition: 0, epoch: 1, from, to: from + 2, greatestTime: START }]
        return commitSourced([{ source: 'log/0', events }], { topic: 'log', moves, deadLetters: [] }, committing)
      }
      await commit(1, 5)
      await service.commit([scored('coding', START + 2000, { accountId: 'ada' })]) // another process
      await commit(3, 7)
      await commit(4, 9)
      expect(await found()).toEqual([
        [row('ada', 4, 'log/0'), row('bo', 4, 'log/0')],
        [{ ...given, nextOffset: 11 }],
        0,
      ])
    })

    it('writes nothing for whoever has lost the partition, or has taken its records already', async () => {
      const { accounts } = service.committing
      const commits = commitsOf(await accounts.load(['ada']))
      await takePartitions(service.db, 'log', [{ partition: 0, low: 5 }])
      await expect(accounts.save(commits.map(accounts.ready), 0, positionAt(1))).rejects.toThrow(Fenced)
      expect(await found()).toEqual([[], [{ ...given, epoch: 2 }], 0])
      await accounts.save([], 0, positionAt(2))
      await expect(accounts.save(commits.map(accounts.ready), 0, positionAt(2))).rejects.toThrow(Fenced)
      expect(await found()).toEqual([[], [{ ...given, epoch: 2, nextOffset: 7 }], 1])
    })
  })

  it('remembers what it wrote for those whom that will do, and forgets what somebody else has changed', async () => {
    const cache = new AccountCache(2)
    const accounts = openStore(service.db, undefined, cache)
    const committing = { ...service.committing, accounts }
    const commit = (second: number, ...ids: string[]) =>
      commitEvents(
        ids.map((accountId) => scored('coding', START + second * 1000, { accountId })),
        'test',
        committing,
      )
    await commit(0, 'ada', 'bo')
    await commit(1, 'ada', 'bo')
    expect(cache.counts).toEqual({ hits: 2, misses: 2 })
    await service.commit([scored('coding', START + 2000, { accountId: 'ada' })]) // another process
    expect((await accounts.load(['ada'], true)).get('ada')).toMatchObject({ version: 2 })
    expect((await accounts.load(['ada'])).get('ada')).toMatchObject({ version: 3 })
    await commit(3, 'ada')
    expect((await accounts.load(['ada'], true)).get('ada')).toMatchObject({ version: 4, state: { ordinal: 4 } })
    expect((await accounts.load(['ada'], true)).get('ada')).toEqual((await accounts.load(['ada'])).get('ada'))
    await commit(4, 'cy') // and 'bo' makes room
    cache.get(['bo', 'cy', 'ada'])
    expect([...cache.get(['bo', 'cy', 'ada']).keys()]).toEqual(['cy', 'ada'])
  })

  it('tells accounts as they are about to be written, and refuses what was built on one that then was not', async () => {
    const cache = new AccountCache(10)
    const accounts = openStore(service.db, undefined, cache)
    await commitEvents([scored('coding', START, { accountId: 'ada' })], 'test', { ...service.committing, accounts })
    const commitOf = (before: StoredAccount): AccountCommit => {
      const after = { ...before.state, ordinal: before.state.ordinal + 1 }
      return { before, after, outcomes: [], inputs: [], dueAt: undefined }
    }
    const known = async () => (await accounts.load(['ada'], true)).get('ada')!
    const newest = newestOf(service.committing.rules.current())

    const first = accounts.save([accounts.ready(commitOf(await known()))], newest)
    const second = commitOf(await known())
    expect(second.before.version).toBe(2)
    expect(await first).toEqual(new Set())
    expect(await accounts.save([accounts.ready(second)], newest)).toEqual(new Set())

    const lost = commitOf(await known())
    await service.commit([scored('coding', START + 1000, { accountId: 'ada' })]) // another process
    const losing = accounts.save([accounts.ready(lost)], newest)
    const misled = commitOf(await known())
    expect(misled.before.version).toBe(4)
    expect(await losing).toEqual(new Set(['ada']))
    expect(await accounts.save([accounts.ready(misled)], newest)).toEqual(new Set(['ada']))
    expect(await known()).toEqual((await accounts.load(['ada'])).get('ada'))
    expect((await known()).version).toBe(4) // of the other process
  })

  it('forgets accounts of other sources than those that are kept', async () => {
    const cache = new AccountCache(10)
    const committing = { ...service.committing, accounts: openStore(service.db, undefined, cache) }
    await commitEvents([scored('coding', START, { accountId: 'ada' })], 'in/0', committing)
    await commitEvents([scored('coding', START, { accountId: 'bo' })], 'in/1', committing)
    cache.keepOnly(['in/1', 'in/2'])
    expect([...cache.get(['ada', 'bo']).keys()]).toEqual(['bo'])
  })

  it('remembers the ids of the last slots as the state does: the last few in its own row, the others in rows of slots, of which old ones go', async () => {
    // Every third one lies seven minutes back, in a slot that is there already; in the end they come six times as fast.
    const events = Array.from({ length: 160 }, (_, i) => {
      const minute = i < 70 ? i : 70 + (i - 70) / 6
      return scored('coding', START + (minute - (i % 3 === 2 ? 7 : 0)) * MINUTE, { accountId: 'ada' })
    })
    const accounts = openStore(service.db, undefined, new AccountCache(1))
    let seen: SeenIds = []
    let time = 0
    const rows: number[] = []
    for (const count of [1, 8, 29, 1, 1, 30, 20, 50, 20]) {
      const some = events.splice(0, count)
      await commitEvents(some, 'test', { ...service.committing, accounts })
      for (const event of some) {
        const arrival = arrive(seen, event.id, event.time, time)
        if (arrival.kind === 'new') seen = arrival.seen
        time = Math.max(time, event.time)
      }
      for (const mayBeOld of [true, false])
        expect((await accounts.load(['ada'], mayBeOld)).get('ada')!.state.seen).toEqual(seen)
      rows.push((await service.db.query('select from account_ids')).rowCount!)
    }
    expect(rows.slice(0, 2)).toEqual([0, 0])
    expect(Math.max(...rows)).toBe(4)
  })

  it('reads ids of accounts that were written before any stood in their own rows', async () => {
    const events = Array.from({ length: 50 }, (_, i) => scored('coding', START + i * 10_000, { accountId: 'ada' }))
    await service.commit(events)
    const before = (await service.committing.accounts.load(['ada'])).get('ada')!
    await service.db.query("update accounts set recent_ids = ''")
    expect((await service.committing.accounts.load(['ada'])).get('ada')!.state).toEqual(before.state)
  })
})

import canonicalize from 'canonicalize'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Accounts } from '../../src/account.ts'
import type { ScoredEvent } from '../../src/classify/scoreEvent.ts'
import { commitInput } from '../../src/consume/command.ts'
import { commitEvents } from '../../src/consume/commit.ts'
import { DAY, HOUR, MINUTE, START, scored } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'
import { byAccount, line, replayed } from '../support/log.ts'
import { describeDatabase } from '../support/postgres.ts'
import { testService } from '../support/service.ts'

const engine = await engineWith()

/** Accounts that climb the ladder beside each other, one event a minute in turn, with copies and late ones in between. */
function traffic(accounts: number): ScoredEvent[] {
  const events = Array.from({ length: accounts }, (_, a) =>
    [0, 2 * HOUR, 2 * DAY].flatMap((start, v) =>
      Array.from({ length: 25 }, (_, i) =>
        scored(i % 5 === 4 ? 'coding' : 'non_coding', START + start + i * MINUTE - (i % 7 === 6 ? 3 * MINUTE : 0), {
          accountId: `account-${a}`,
          id: `e${a}-${v}-${i}`,
          sessionId: `s${v}`,
        }),
      ),
    ),
  )
  const inTurn = events[0]!.flatMap((_, i) => events.map((own) => own[i]!))
  return inTurn.flatMap((event, i) => (i % 11 === 10 ? [event, inTurn[i - 4]!] : [event]))
}

describeDatabase('commits of events', () => {
  let service: Awaited<ReturnType<typeof testService>>
  beforeEach(async () => {
    service = await testService(engine)
  })
  afterEach(() => service.close())

  it('give the ledger that a replay gives, byte for byte, however the events are cut into commits', async () => {
    const events = traffic(7)
    for (let from = 0, size = 1; from < events.length; from += size, size = (size * 7) % 97)
      await service.commit(events.slice(from, from + size))
    const { entries } = await replayed(events.map(line), engine, { until: 0 })
    const expected = Object.fromEntries(
      Object.entries(byAccount(entries)).map(([id, own]) => [id, own.map((one) => canonicalize(one))]),
    )
    expect(await service.ledgers()).toEqual(expected)
    expect(Object.keys(expected)).toHaveLength(7)
  })

  it('of more accounts than are read at once fail as one where some of those cannot be read, and are taken as one where they can', async () => {
    const events = Array.from({ length: 600 }, (_, i) => scored('coding', START, { accountId: `account-${i}` }))
    const { accounts } = service.committing
    let reads = 0
    const torn: Accounts = {
      ...accounts,
      async load(ids, mayBeOld) {
        if (++reads === 2) throw new Error('torn')
        return accounts.load(ids, mayBeOld)
      },
    }
    await expect(commitEvents(events, 'test', { ...service.committing, accounts: torn })).rejects.toThrow('torn')
    const stored = async () => (await service.db.query('select from accounts')).rowCount
    expect(await stored()).toBe(0)
    const taken = await service.commit(events)
    expect(taken.filter(({ outcome }) => outcome === 'evidence')).toHaveLength(600)
    expect(await stored()).toBe(600)
  })

  it('recognise what was committed before: the same events again change nothing', async () => {
    const events = traffic(3)
    await service.commit(events)
    const before = [
      await service.ledgers(),
      (await service.db.query('select account_id, version, ordinal from accounts order by 1')).rows,
    ]
    const taken = await service.commit(events)
    expect(new Set(taken.map(({ outcome }) => outcome))).toEqual(new Set(['duplicate', 'late']))
    expect([
      await service.ledgers(),
      (await service.db.query('select account_id, version, ordinal from accounts order by 1')).rows,
    ]).toEqual(before)
  })

  it('of two writers that meet on an account the loser starts again: nothing is lost and nothing counts twice', async () => {
    const events = Array.from({ length: 400 }, (_, i) =>
      scored('coding', START + i * 1000, { accountId: `account-${i % 4}`, id: `e${i}` }),
    )
    for (let from = 0; from < events.length; from += 20) {
      const batch = events.slice(from, from + 20)
      // Each writer has most of them, so that both meet on every account and on most of the ids.
      await Promise.all([
        service.commit(batch.slice(0, 15)),
        service.commit(batch.slice(5)),
        service.commit(batch.toReversed()),
      ])
    }
    const { rows } = await service.db.query('select ordinal, version from accounts')
    expect(rows.map(({ ordinal }) => ordinal)).toEqual([100, 100, 100, 100])
  })

  it('write an account once, however many of its events they hold', async () => {
    await service.commit(
      Array.from({ length: 500 }, (_, i) => scored('coding', START + i * 1000, { accountId: 'dana' })),
    )
    const { rows } = await service.db.query('select version, ordinal from accounts')
    expect(rows).toEqual([{ version: 1, ordinal: 500 }])
  })

  it('that come late give their violation its late notice, which a replay puts back in its place', async () => {
    const now = START + 5 * HOUR
    await service.close()
    service = await testService(engine, () => now)
    const events = Array.from({ length: 60 }, (_, i) =>
      scored('non_coding', START + i * 10 * MINUTE * (i > 25 ? 1 : 0.05), { accountId: 'dana', id: `e${i}` }),
    )
    await service.commit(events)
    const { rows } = await service.db.query('select ordinal, input from inputs')
    expect(rows).toEqual([{ ordinal: 21, input: { kind: 'command', command: { type: 'LateNotice', commandAt: now } } }])
    const inputs = new Map([['dana', new Map(rows.map(({ ordinal, input }) => [ordinal, input]))]])
    const { entries } = await replayed(events.map(line), engine, { until: 0, inputs })
    expect((await service.ledgers()).dana).toEqual(entries.map((one) => canonicalize(one)))
  })

  it.each([
    ['no late notice where they are fifteen minutes behind', 15 * MINUTE, []],
    ['one a moment later', 15 * MINUTE + 1, ['LateNotice']],
  ])('give a violation %s', async (_what, behind, given) => {
    const events = Array.from({ length: 20 }, (_, i) => scored('non_coding', START + i * MINUTE, { accountId: 'dana' }))
    await service.close()
    service = await testService(engine, () => events.at(-1)!.time + behind)
    await service.commit(events)
    const { rows } = await service.db.query(`select input->'command'->>'type' as type from inputs`)
    expect(rows.map(({ type }) => type)).toEqual(given)
  })

  it('a command is decided once, on fresh state, beside events that keep coming', async () => {
    const events = Array.from({ length: 20 }, (_, i) => scored('non_coding', START + i * MINUTE, { accountId: 'dana' }))
    await service.commit(events)
    const violationId = (await service.db.query('select violation_id from violations')).rows[0].violation_id
    const more = Array.from({ length: 30 }, (_, i) => scored('coding', START + HOUR + i * 1000, { accountId: 'dana' }))
    const appeal = { type: 'FileAppeal' as const, violationId, actor: 'gateway:web', commandAt: START }
    const filed = [1, 2, 3].map(() => commitInput('dana', { kind: 'command', command: appeal }, service.committing))
    const [results] = await Promise.all([
      Promise.allSettled(filed),
      ...more.map((event) => commitEvents([event], 'test', service.committing)),
    ])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect((await service.db.query('select status from appeals')).rows).toEqual([{ status: 'open' }])
    expect((await service.db.query('select ordinal from accounts')).rows).toEqual([{ ordinal: 51 }])
  })
})

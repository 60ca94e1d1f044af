import canonicalize from 'canonicalize'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ScoredEvent } from '../../src/classify/scoreEvent.ts'
import { sweepAll, sweepDatabase, sweepingOf } from '../../src/cli/sweeping.ts'
import { transaction } from '../../src/db.ts'
import { forgetEnd, readPosition, sourceAtEnd } from '../../src/persist/due.ts'
import { promoteRuleSet } from '../../src/persist/ruleSets.ts'
import { RulesSuperseded } from '../../src/replay/rulesInForce.ts'
import { type Sweeping, sweepOnce } from '../../src/sweep/sweep.ts'
import { DAY, HOUR, MINUTE, START, scored } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'
import { byAccount, line, replayed } from '../support/log.ts'
import { describeDatabase } from '../support/postgres.ts'
import { testService } from '../support/service.ts'

const engine = await engineWith()
/** A throttle lifts after so many minutes, whatever happens. */
const lifting = async (minutes: number) =>
  (
    await engineWith(({ recover, policy }) => {
      policy.recovery.minMinutes = 0
      const rule = recover.find(({ name }) => name === 'quiet-week')!
      rule.conditions = { all: [{ fact: 'restriction.minutes', operator: 'greaterThanInclusive', value: minutes }] }
    })
  ).rules
const BEHIND = 2 * MINUTE

/** Enough for one violation, at the twentieth. */
const misuse = (time: number, accountId = 'dana') =>
  Array.from({ length: 20 }, (_, i) => scored('non_coding', time + i * MINUTE, { accountId }))
const VIOLATION = 19 * MINUTE

describeDatabase('sweeps', () => {
  let service: Awaited<ReturnType<typeof testService>>
  let ticked: [string, number][]
  beforeEach(async () => {
    service = await testService(engine)
    ticked = []
  })
  afterEach(() => service.close())

  const sweep = (clock: Sweeping['clock'] = 'events', now = 0) => {
    const sweeping = sweepingOf(service.db, 'test', service.committing, clock, service.rules.current())
    const tick: Sweeping['tick'] = (accountId, at) => {
      ticked.push([accountId, at])
      return sweeping.tick(accountId, at)
    }
    return sweepOnce({ ...sweeping, tick }, now)
  }
  /** Somebody else's traffic brings the source to a moment, so that ticks may go up to `limit`. */
  const limitAt = (limit: number) => service.commit([scored('coding', limit + BEHIND, { accountId: 'other' })])
  const accounts = async () =>
    (
      await service.db.query(
        `select version, ordinal, account_time as time, restriction, restriction_until as until, due_at as due
         from accounts where account_id = 'dana'`,
      )
    ).rows[0]
  const entries = async () => ((await service.ledgers()).dana ?? []).map((text) => JSON.parse(text))

  it('do nothing before the first event', async () => {
    expect(await sweep()).toBe(0)
    expect(await sweep('system', START)).toBe(0)
    expect(ticked).toEqual([])
    expect((await service.db.query('select 1 from accounts')).rowCount).toBe(0)
  })

  it('delete what is past its term: excerpts, dead letters, tombstones, and what silent gateways said', async () => {
    await service.commit([scored('coding', START)])
    const tables = ['excerpts', 'dead_letters', 'tombstones', 'capacity']
    for (const [n, age] of ["interval '0'", "interval '31 days'"].entries()) {
      await service.db.query(
        `insert into excerpts (account_id, event_id, time, excerpt, expires_at) values ('dana', 'e${n}', 1, 'words', ${3 - n})`,
      )
      await service.db.query(
        `insert into dead_letters (topic, partition, log_offset, logged_at, path, reason, written_at)
         values ('in', 0, ${n}, 1, '', 'is not JSON', now() - ${age})`,
      )
      await service.db.query(`insert into tombstones values (${n + 1}, 'ada', now() - ${age})`)
      await service.db.query(`insert into capacity values ('http:key_${n}', 'default', 0.5, 1, now() - ${age})`)
    }
    const counts = () =>
      Promise.all(tables.map(async (table) => (await service.db.query(`select from ${table}`)).rowCount))
    expect(await counts()).toEqual([2, 2, 2, 2])
    const { db, committing } = service
    await sweepAll({ db, committing, clock: 'events', now: 2, source: undefined, consuming: undefined })
    expect(await counts()).toEqual([1, 1, 1, 1])
  })

  it('after a restart follow the events again, until the source has been at its end anew', async () => {
    await service.commit([scored('coding', START)])
    await sourceAtEnd(service.db, 'test', START)
    await forgetEnd(service.db, 'test')
    expect(await readPosition(service.db, 'test')).toEqual({ greatestTime: START, atEndSince: undefined })
    await sourceAtEnd(service.db, 'test', START + HOUR)
    expect((await readPosition(service.db, 'test'))!.atEndSince).toBe(START + HOUR)
  })

  it('end a suspension at its due moment, though its account is silent, and not a millisecond before', async () => {
    await service.commit([...misuse(START), ...misuse(START + 2 * HOUR)])
    const suspended = await accounts()
    const until = START + 2 * HOUR + VIOLATION + DAY
    expect(suspended).toMatchObject({ restriction: 'suspension', until, due: until })
    const before = await entries()

    await limitAt(until - 1)
    expect(await sweep()).toBe(0)
    expect([await accounts(), ticked]).toEqual([suspended, []])

    await limitAt(until + 3 * MINUTE)
    expect(await sweep()).toBe(1)
    expect(ticked).toEqual([['dana', until + 3 * MINUTE]])
    const [ended, notice, ...more] = (await entries()).slice(before.length)
    const at = new Date(until).toISOString()
    expect(ended).toMatchObject({ type: 'RestrictionEased', at, actor: 'system', restriction: { kind: 'throttle' } })
    expect([notice, more]).toMatchObject([{ type: 'NoticeIssued', at }, []])
    expect(await accounts()).toMatchObject({
      version: suspended.version + 1,
      ordinal: suspended.ordinal + 1,
      time: until,
      restriction: 'throttle',
    })
    const { rows } = await service.db.query("select ordinal, input from inputs where account_id = 'dana'")
    expect(rows).toEqual([{ ordinal: suspended.ordinal + 1, input: { kind: 'tick', at: until + 3 * MINUTE } }])
  })

  it('look at a throttle that does not qualify once, and again only when something more is due', async () => {
    await service.commit(misuse(START))
    const since = START + VIOLATION
    const throttled = await accounts()
    expect(throttled).toMatchObject({ restriction: 'throttle', due: since + 30 * MINUTE })

    await limitAt(since + 30 * MINUTE)
    expect(await sweep()).toBe(0)
    expect(await accounts()).toEqual({ ...throttled, due: since + 30 * MINUTE + 1 })
    await limitAt(since + HOUR)
    expect(await sweep()).toBe(0)
    expect(await accounts()).toEqual({ ...throttled, due: since + 7 * DAY })
    expect(ticked).toHaveLength(2)

    for (const limit of [since + 2 * HOUR, since + DAY, since + 7 * DAY - 1]) {
      await limitAt(limit)
      expect(await sweep()).toBe(0)
    }
    expect(ticked).toHaveLength(2)

    await limitAt(since + 7 * DAY)
    expect(await sweep()).toBe(1)
    expect(ticked).toHaveLength(3)
    expect(await accounts()).toMatchObject({ restriction: 'none', due: null, time: since + 7 * DAY })
  })

  it('do not postpone an account that has moved on meanwhile', async () => {
    await service.commit(misuse(START))
    const since = START + VIOLATION
    await limitAt(since + HOUR)
    const sweeping = sweepingOf(service.db, 'test', service.committing, 'events', service.rules.current())
    const postpone: Sweeping['postpone'] = async (...args) => {
      await service.commit([scored('coding', since + HOUR + 1, { accountId: 'dana' })])
      return sweeping.postpone(...args)
    }
    expect(await sweepOnce({ ...sweeping, postpone }, 0)).toBe(0)
    expect(await accounts()).toMatchObject({ time: since + HOUR + 1, due: since + 7 * DAY, version: 2 })
  })

  it.each([
    ['the moment that the new rules name', 120, START + VIOLATION + 120 * MINUTE],
    ['the moment that they take force, where that has passed', 30, START + HOUR + BEHIND + 5000],
  ])(
    'lift a throttle by rules that were promoted since at %s, though its account is silent',
    async (_what, minutes, at) => {
      await service.commit(misuse(START))
      await limitAt(START + HOUR)
      await sweep()
      expect((await accounts()).due).toBe(START + VIOLATION + 7 * DAY)
      ticked = []
      const { version, effectiveFrom } = await service.rules.promote(await lifting(minutes), 'system')
      expect(effectiveFrom).toBe(START + HOUR + BEHIND + 5000)
      expect((await accounts()).due).toBe(effectiveFrom)

      await limitAt(effectiveFrom - 1)
      expect([await sweep(), ticked]).toEqual([0, []])
      if (at > effectiveFrom) {
        await limitAt(at - 1)
        expect(await sweep()).toBe(0)
        expect(await accounts()).toMatchObject({ restriction: 'throttle', due: at })
      }
      await limitAt(at)
      expect(await sweep()).toBe(1)
      expect(await accounts()).toMatchObject({ restriction: 'none', due: null, time: at })
      const lifted = (await entries()).find(({ type }) => type === 'RestrictionLifted')
      expect([Date.parse(lifted.at), lifted.rulesVersion]).toEqual([at, version])
    },
  )

  it('look at a throttle again that came about when new rules were promoted already, and not in force yet', async () => {
    const events = misuse(START)
    await service.commit(events.slice(0, 19))
    const { effectiveFrom } = await service.rules.promote(await lifting(1), 'system')
    const between = { ...events[19]!, time: events[18]!.time + 1000 }
    await service.commit([between])
    expect(await accounts()).toMatchObject({ restriction: 'throttle', due: effectiveFrom })
    await limitAt(between.time + MINUTE)
    await sweep()
    expect(await accounts()).toMatchObject({ restriction: 'none', time: between.time + MINUTE })
  })

  it('never postpone by rules that another server has superseded meanwhile, but begin anew', async () => {
    await service.commit(misuse(START))
    await limitAt(START + 2 * HOUR)
    await service.db.query("update accounts set due_at = 1 where account_id = 'dana'")
    const elsewhere = await lifting(180)
    const sweeping = sweepingOf(service.db, 'test', service.committing, 'events', service.rules.current())
    const promoteThen: Sweeping['tick'] = async (...args) => {
      const ticked = await sweeping.tick(...args)
      await transaction(service.db, (tx) => promoteRuleSet(tx, elsewhere, 'system', undefined))
      return ticked
    }
    await expect(sweepOnce({ ...sweeping, tick: promoteThen }, 0)).rejects.toThrow(RulesSuperseded)
    expect((await accounts()).due).toBe(1)
    const swept = () => sweepDatabase(service.db, 'test', service.committing, 'events', 0)
    expect(await swept()).toBe(0)
    expect((await accounts()).due).toBe(START + 2 * HOUR + BEHIND + 5000)
    await limitAt(START + VIOLATION + 180 * MINUTE)
    expect(await swept()).toBe(1)
    expect(await accounts()).toMatchObject({ restriction: 'none', time: START + VIOLATION + 180 * MINUTE })
  })

  it('follow the clock once the source has been at its end for two minutes', async () => {
    await service.commit([...misuse(START), ...misuse(START + 2 * HOUR)])
    const { until } = await accounts()
    await sourceAtEnd(service.db, 'test', until)
    await sourceAtEnd(service.db, 'test', until + HOUR) // known already
    expect(await sweep('system', until + BEHIND - 1)).toBe(0)
    expect(await sweep('events', until + HOUR)).toBe(0)
    expect(await sweep('system', until + BEHIND)).toBe(1)
    expect(await accounts()).toMatchObject({ restriction: 'throttle', time: until })

    await sourceAtEnd(service.db, 'test', until + DAY)
    await service.commit([scored('coding', START, { accountId: 'other' })]) // and it goes on, with an old event even
    expect(await sweep('system', until + 9 * DAY)).toBe(0)
    expect((await accounts()).restriction).toBe('throttle')
  })

  it('between commits give the ledger that a replay gives with its closing tick', async () => {
    const visits = [0, 2 * HOUR, 3 * DAY]
    const events = [0, 1, 2, 3, 4].flatMap((a) => {
      const of = (label: 'coding' | 'non_coding', count: number, from: number) =>
        Array.from({ length: count }, (_, i): ScoredEvent => {
          const late = i % 7 === 6 ? 90_000 : 0
          return scored(label, START + from + a * 17_000 + i * MINUTE - late, {
            accountId: `account-${a}`,
            id: `e${a}-${from}-${i}`,
          })
        })
      // The first climbs to a ban, the others fewer rungs; some code well in between, early enough to wait for the clock.
      const climbs = visits.slice(0, 3 - (a % 3)).flatMap((from) => of('non_coding', 24, from))
      return a === 4 ? [...climbs, ...of('coding', 24, 25 * MINUTE)] : climbs
    })
    events.push(scored('coding', START + 12 * DAY, { accountId: 'other', id: 'last' }))
    events.sort((a, b) => a.time - b.time)
    // Arrival is at most 120 s out of order.
    const arrived = events.map((event, i) => ({ event, at: event.time + (i % 5 === 4 ? 100_000 : 0) }))
    const inOrder = arrived.sort((a, b) => a.at - b.at).map(({ event }) => event)

    let decided = 0
    for (let from = 0; from < inOrder.length; from += 13) {
      await service.commit(inOrder.slice(from, from + 13))
      decided += await sweep()
    }
    expect(decided).toBeGreaterThan(4)
    const { entries } = await replayed(inOrder.map(line), engine)
    const expected = Object.entries(byAccount(entries)).map(([id, own]) => [id, own.map((one) => canonicalize(one))])
    expect(await service.ledgers()).toEqual(Object.fromEntries(expected))
    const kinds = await service.db.query('select restriction from accounts order by account_id')
    expect(new Set(kinds.rows.map(({ restriction }) => restriction))).toEqual(new Set(['ban', 'none']))
  })
})

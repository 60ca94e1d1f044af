import canonicalize from 'canonicalize'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Accounts, LedgerEntry } from '../../src/account.ts'
import { commitInput } from '../../src/consume/command.ts'
import { commitEvents } from '../../src/consume/commit.ts'
import { transaction } from '../../src/db.ts'
import type { RuleSet } from '../../src/evaluate/ruleSet.ts'
import { type Promotion, promoteRuleSet } from '../../src/persist/ruleSets.ts'
import { RulesSuperseded } from '../../src/replay/rulesInForce.ts'
import { timelineOf } from '../../src/replay/timeline.ts'
import { DAY, HOUR, MINUTE, START, scored } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'
import { byAccount, line, replayed } from '../support/log.ts'
import { describeDatabase } from '../support/postgres.ts'
import { testService } from '../support/service.ts'

const engine = await engineWith()
/** A throttle lifts after an hour, whatever happens. */
const lenient = await engineWith(({ recover, policy }) => {
  policy.recovery.minMinutes = 0
  const rule = recover.find(({ name }) => name === 'quiet-week')!
  rule.conditions = { all: [{ fact: 'restriction.minutes', operator: 'greaterThanInclusive', value: 60 }] }
})

/** `count` events of misuse, one a minute; the twentieth of an account is a violation. */
const misuse = (accountId: string, from: number, count: number) =>
  Array.from({ length: count }, (_, i) =>
    scored('non_coding', START + (from + i) * MINUTE, { accountId, id: `${accountId}-${from + i}` }),
  )

describeDatabase('a promotion and a commit exclude each other', () => {
  let service: Awaited<ReturnType<typeof testService>>
  let refused: number
  let committing: Awaited<ReturnType<typeof testService>>['committing']
  beforeEach(async () => {
    service = await testService(engine)
    refused = 0
    const { accounts } = service.committing
    const save: Accounts['save'] = (...args) =>
      accounts.save(...args).catch((error) => {
        if (error instanceof RulesSuperseded) refused++
        throw error
      })
    committing = { ...service.committing, accounts: { ...accounts, save } }
  })
  const open: (() => void)[] = []
  afterEach(async () => {
    for (const letGo of open.splice(0)) letGo()
    await service.close()
  })

  /** Promotes in a transaction that stays open until it is let go; so another server would, of which this one hears nothing. */
  async function promoting(set: RuleSet): Promise<{ promotion: Promotion; letGo(): Promise<unknown> }> {
    const gate = Promise.withResolvers<void>()
    open.push(gate.resolve)
    const begun = Promise.withResolvers<Promotion>()
    const done = transaction(service.db, async (tx) => {
      begun.resolve(await promoteRuleSet(tx, set, 'analyst:ann', undefined))
      await gate.promise
    })
    done.catch(begun.reject)
    const letGo = () => {
      gate.resolve()
      return done
    }
    return { promotion: await begun.promise, letGo }
  }
  const waiting = async () =>
    (
      await service.db.query(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      )
    ).rowCount
  const decided = async (accountId: string, type: LedgerEntry['type']) =>
    ((await service.ledgers())[accountId] ?? [])
      .map((text) => JSON.parse(text) as LedgerEntry)
      .filter((entry) => entry.type === type)
      .map(({ at, rulesVersion }) => [Date.parse(at), rulesVersion])

  it('a commit of events that meets one waits, is refused, and is done again: each entry has the rules of its moment', async () => {
    const before = misuse('ada', 0, 10)
    await service.commit(before)
    const { promotion, letGo } = await promoting(lenient.rules)
    const { effectiveFrom } = promotion
    expect(effectiveFrom).toBe(START + 9 * MINUTE + 5000)

    // Who has not come so far yet has a violation under the old rules, the other under the new ones.
    const events = [...misuse('bo', -11, 20), ...misuse('ada', 10, 20)]
    const committed = commitEvents(events, 'test', committing)
    await expect.poll(waiting).toBe(1)
    expect([refused, await service.ledgers()]).toEqual([0, {}])
    await letGo()
    expect((await committed).map(({ outcome }) => outcome)).toEqual([
      ...Array(30).fill('evidence'),
      ...Array(10).fill('metered'),
    ])
    expect(refused).toBe(1)
    expect(await decided('bo', 'ViolationRecorded')).toEqual([[START + 8 * MINUTE, engine.rules.version]])
    expect(await decided('ada', 'ViolationRecorded')).toEqual([[START + 19 * MINUTE, lenient.rules.version]])

    const timeline = timelineOf(
      [
        { rules: engine.rules, from: 0 },
        { rules: lenient.rules, from: effectiveFrom },
      ],
      [],
    )
    const { entries } = await replayed([...before, ...events].map(line), engine, { timeline, until: 0 })
    expect(await service.ledgers()).toEqual(
      Object.fromEntries(
        Object.entries(byAccount(entries)).map(([id, own]) => [id, own.map((one) => canonicalize(one))]),
      ),
    )
  })

  it('a tick that meets one lifts when the new rules say, not the old ones', async () => {
    await service.commit(misuse('ada', 0, 20))
    const { letGo } = await promoting(lenient.rules)
    const ticked = commitInput('ada', { kind: 'tick', at: START + 8 * DAY }, committing)
    await expect.poll(waiting).toBe(1)
    await letGo()
    expect((await ticked).entries.length).toBeGreaterThan(0)
    expect(refused).toBe(1)
    expect(await decided('ada', 'RestrictionLifted')).toEqual([[START + 79 * MINUTE, lenient.rules.version]])
  })

  it('a command that meets one is carried out once, at its account time, which is before the new rules', async () => {
    await service.commit(misuse('ada', 0, 20))
    const { violation_id: violationId } = (await service.db.query('select violation_id from violations')).rows[0]
    const { letGo } = await promoting(lenient.rules)
    const command = { type: 'FileAppeal' as const, violationId, actor: 'gateway:web', commandAt: START + HOUR }
    const filed = commitInput('ada', { kind: 'command', command }, committing)
    await expect.poll(waiting).toBe(1)
    await letGo()
    await filed
    expect(refused).toBe(1)
    expect(await decided('ada', 'AppealFiled')).toEqual([[START + 19 * MINUTE, engine.rules.version]])
    expect((await service.db.query('select 1 from inputs')).rowCount).toBe(1)
  })

  it('a promotion waits for a commit that has begun, and takes force after what that brought', async () => {
    const lock = await service.db.connect()
    await lock.query('begin; lock table accounts in exclusive mode')
    const committed = service.commit([scored('coding', START + HOUR, { accountId: 'ada' })])
    await expect.poll(waiting).toBe(1)
    const promoted = service.rules.promote(lenient.rules, 'system')
    await expect.poll(waiting).toBe(2)
    await lock.query('commit')
    lock.release()
    await committed
    expect((await promoted).effectiveFrom).toBe(START + HOUR + 5000)
    expect(service.rules.current().changes).toEqual([0, START + HOUR + 5000])
  })

  it('no account is ever past a set that it has not seen, while events and promotions come at random', async () => {
    const versions = [engine, lenient]
    const events = ['ada', 'bo', 'cy'].flatMap((id) => misuse(id, 0, 240)).sort((a, b) => a.time - b.time)
    const send = async () => {
      for (let at = 0; at < events.length; at += 9) await commitEvents(events.slice(at, at + 9), 'test', committing)
    }
    const promote = async () => {
      for (let i = 1; i <= 6; i++)
        await transaction(service.db, (tx) => promoteRuleSet(tx, versions[i % 2]!.rules, 'system', undefined))
    }
    await Promise.all([send(), promote()])
    expect(refused).toBeGreaterThan(0)
    await promote()
    await service.rules.refresh()
    const { entries } = await replayed(events.map(line), engine, { timeline: service.rules.current(), until: 0 })
    expect(entries.length).toBeGreaterThan(9)
    expect(await service.ledgers()).toEqual(
      Object.fromEntries(
        Object.entries(byAccount(entries)).map(([id, own]) => [id, own.map((one) => canonicalize(one))]),
      ),
    )
  })
})

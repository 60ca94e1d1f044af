import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Db, openDb, transaction } from '../../src/db.ts'
import { buildRuleSet, type RuleSet } from '../../src/evaluate/ruleSet.ts'
import { savePosition } from '../../src/persist/positions.ts'
import { holdRules, promoteRuleSet, readPromotions, readRuleSets } from '../../src/persist/ruleSets.ts'
import { RulesSuperseded } from '../../src/replay/rulesInForce.ts'
import { START } from '../support/account.ts'
import { defaultDocuments } from '../support/engine.ts'
import { describeDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts'

/** Rule sets of as many versions. */
const sets = await Promise.all(
  [60, 30, 20].map(async (minutes) => {
    const documents = await defaultDocuments()
    documents.policy.noticeGraceMinutes = minutes
    return buildRuleSet(documents)
  }),
)

describeDatabase('stored rule sets', () => {
  let database: TestDatabase
  let db: Db
  beforeEach(async () => {
    database = await testDatabase()
    db = openDb(database.url)
  })
  afterEach(async () => {
    await db.end()
    await database.drop()
  })

  const promote = (set: RuleSet, actor = 'system', clock?: () => number) =>
    transaction(db, (tx) => promoteRuleSet(tx, set, actor, clock))
  const readTo = (greatestTime: number) => transaction(db, (tx) => savePosition(tx, { source: 'http', greatestTime }))
  const account = (id: string, time: number, restriction: string, dueAt: number | null) =>
    db.query(
      `insert into accounts (account_id, version, ordinal, seq, account_time, restriction, due_at, chain_head, state)
       values ($1, 1, 1, 0, $2, $3, $4, $5, 'x')`,
      [id, time, restriction, dueAt, Buffer.alloc(32)],
    )

  it('are none at first', async () => {
    expect(await readRuleSets(db)).toEqual([])
    expect(await readPromotions(db, Number.MAX_SAFE_INTEGER, 10)).toEqual([])
  })

  it('come back in order of their moments and build the version that they were stored as', async () => {
    for (const one of [sets[0]!, sets[1]!, sets[0]!]) await promote(one)
    const stored = await readRuleSets(db)
    expect(stored.map(({ effectiveFrom }) => effectiveFrom)).toEqual([0, 5000, 10_000])
    expect(stored.map(({ documents }) => documents)).toEqual([sets[0], sets[1], sets[0]].map((one) => one!.documents))
    for (const { documents, version } of stored) expect((await buildRuleSet(documents)).version).toBe(version)
    expect(await readRuleSets(db, 5000)).toEqual(stored.slice(2))
  })

  it('are told as promotions, the newest first and in pages', async () => {
    await promote(sets[0]!)
    await promote(sets[1]!, 'analyst:ann')
    await promote(sets[2]!, 'analyst:bo')
    const page = await readPromotions(db, Number.MAX_SAFE_INTEGER, 2)
    expect(page).toMatchObject([
      { version: sets[2]!.version, effectiveFrom: 10_000, promotedBy: 'analyst:bo' },
      { version: sets[1]!.version, effectiveFrom: 5000, promotedBy: 'analyst:ann' },
    ])
    expect(await readPromotions(db, 5000, 2)).toMatchObject([{ effectiveFrom: 0, promotedBy: 'system' }])
  })

  it.each<[string, () => Promise<unknown>, (() => number) | undefined]>([
    ['the greatest position', () => readTo(START), undefined],
    ['the greatest time of an account', () => account('ada', START, 'none', null), undefined],
    ['the clock', () => readTo(START - 1), () => START],
  ])('take force 5 s after %s', async (_what, happens, clock) => {
    await promote(sets[0]!)
    await readTo(START - 10_000)
    await account('bo', START - 20_000, 'none', null)
    await happens()
    expect((await promote(sets[1]!, 'system', clock)).effectiveFrom).toBe(START + 5000)
  })

  it('promoted by many at once take force one after the other, each once', async () => {
    await Promise.all([...sets, ...sets].map((one) => promote(one)))
    const moments = (await readRuleSets(db)).map(({ effectiveFrom }) => effectiveFrom)
    expect(moments).toEqual(moments.map((_, i) => i * 5000))
    expect(moments.length).toBeGreaterThanOrEqual(3)
  })

  it('have the sweep look at throttled accounts when they take force, and at no others', async () => {
    await promote(sets[0]!)
    const from = START + 5000
    await account('late', START, 'throttle', from + 1)
    await account('never', START, 'throttle', null)
    await account('early', START - 9, 'throttle', from - 1)
    await account('free', START, 'none', null)
    await account('suspended', START, 'suspension', from + 1)
    const rows = async () =>
      Object.fromEntries(
        (await db.query('select account_id, due_at from accounts')).rows.map((row) => [row.account_id, row.due_at]),
      )
    const before = await rows()
    await promote(sets[0]!)
    expect(await rows()).toEqual(before)
    expect((await promote(sets[1]!)).effectiveFrom).toBe(from)
    expect(await rows()).toEqual({ ...before, late: from, never: from })
  })

  it('refuse a transaction that does not know the newest of them', async () => {
    const hold = (newest: number | undefined) => transaction(db, (tx) => holdRules(tx, newest))
    await hold(undefined)
    await promote(sets[0]!)
    await expect(hold(undefined)).rejects.toThrow(RulesSuperseded)
    await hold(0)
    await promote(sets[1]!)
    await expect(hold(0)).rejects.toThrow(RulesSuperseded)
    await hold(5000)
  })
})

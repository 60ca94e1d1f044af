import { afterEach, beforeEach, expect, it } from 'vitest'
import { openRulesInForce } from '../../src/cli/rulesInForce.ts'
import { openDb, transaction } from '../../src/db.ts'
import { savePosition } from '../../src/persist/positions.ts'
import { readPromotions, readRuleSets } from '../../src/persist/ruleSets.ts'
import { HOUR, START } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'
import { describeDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts'

const { rules: first } = await engineWith()
const { rules: second } = await engineWith(({ policy }) => {
  policy.noticeGraceMinutes = 30
})

describeDatabase('the rule sets in force', () => {
  let database: TestDatabase
  let db: ReturnType<typeof openDb>
  beforeEach(async () => {
    database = await testDatabase()
    db = openDb(database.url)
  })
  afterEach(async () => {
    await db.end()
    await database.drop()
  })

  const moments = async () =>
    (await readRuleSets(db)).map(({ version, effectiveFrom }) => [version === first.version ? 1 : 2, effectiveFrom])
  const readTo = (greatestTime: number) => transaction(db, (tx) => savePosition(tx, { source: 'http', greatestTime }))
  const opened = (ruleSet = first, clock?: () => number) => openRulesInForce(db, ruleSet, clock)

  it('begin with those of the folder, from the beginning, once', async () => {
    for (let i = 0; i < 2; i++) {
      const rules = await opened(first, () => START)
      expect(rules.current().at('dana', 1, 1)).toMatchObject({ rules: { version: first.version }, from: 0 })
    }
    expect(await moments()).toEqual([[1, 0]])
  })

  it('begin once, however many servers start at once', async () => {
    const all = await Promise.all([first, first, second, first].map((one) => opened(one)))
    for (const rules of all) await rules.refresh()
    const newest = (await moments()).at(-1)
    expect((await moments())[0]![1]).toBe(0)
    for (const rules of all) expect(rules.current().changes.at(-1)).toBe(newest![1])
  })

  it.each([
    ['the clock', () => START + HOUR, START, START + HOUR],
    ['events that are ahead of the clock', () => START, START + 2, START + 2],
    ['the events of an old log, which knows no clock', undefined, START, START],
  ] as const)('follow a changed folder a few seconds behind %s', async (_what, clock, greatest, behind) => {
    await opened(first, clock)
    await readTo(greatest)
    const timeline = (await opened(second, clock)).current()
    const from = behind + 5000
    expect(await moments()).toEqual([
      [1, 0],
      [2, from],
    ])
    expect(timeline.at('dana', 1, from - 1).rules.version).toBe(first.version)
    expect(timeline.at('dana', 1, from)).toMatchObject({ rules: { version: second.version }, from })
    const later = (await opened(second, clock)).current()
    expect(later.at('dana', 1, from - 1).rules.version).toBe(first.version)
    expect(later.at('dana', 1, from).rules.version).toBe(second.version)
  })

  it('go back to earlier ones as to any others, and never before what is already to come', async () => {
    const rules = await opened()
    await readTo(START)
    const there = await rules.promote(second, 'analyst:ann')
    expect(there).toEqual({ version: second.version, effectiveFrom: START + 5000, isNew: true })
    expect(await rules.promote(second, 'analyst:bo')).toEqual({ ...there, isNew: false })
    await rules.promote(first, 'system')
    expect(await moments()).toEqual([
      [1, 0],
      [2, START + 5000],
      [1, START + 10_000],
    ])
    expect((await readPromotions(db, START + 10_000, 9)).map(({ promotedBy }) => promotedBy)).toEqual([
      'analyst:ann',
      'system',
    ])
    expect(rules.current().at('dana', 1, START + 9999).rules.version).toBe(second.version)
    expect(rules.current().at('dana', 1, START + 10_000).rules.version).toBe(first.version)
  })

  it('are those of another server too, as soon as they are looked at anew', async () => {
    const [here, there] = [await opened(), await opened()]
    const { effectiveFrom } = await there.promote(second, 'system')
    expect(here.current().changes).toEqual([0])
    await here.refresh()
    expect(here.current().changes).toEqual([0, effectiveFrom])
    const timeline = here.current()
    await Promise.all([here.refresh(), here.refresh()])
    expect(here.current()).toBe(timeline)
  })
})

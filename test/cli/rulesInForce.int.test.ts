import { afterEach, beforeEach, expect, it } from 'vitest'
import { timelineInForce } from '../../src/cli/rulesInForce.ts'
import { openDb, transaction } from '../../src/db.ts'
import { savePosition } from '../../src/persist/positions.ts'
import { readRuleSets } from '../../src/persist/ruleSets.ts'
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

  it('begin with those of the folder, from the beginning, once', async () => {
    for (let i = 0; i < 2; i++) {
      const timeline = await timelineInForce(db, first, 'system', START)
      expect(timeline.at('dana', 1, 1)).toMatchObject({ rules: { version: first.version }, from: 0 })
    }
    expect(await moments()).toEqual([[1, 0]])
  })

  it.each([
    ['the clock', 'system', START, START + HOUR, START + HOUR],
    ['events that are ahead of the clock', 'system', START + 2, START, START + 2],
    ['the events of an old log, which knows no clock', 'events', START, START + HOUR, START],
  ] as const)('follow a changed folder a few seconds behind %s', async (_what, clock, greatest, now, behind) => {
    await timelineInForce(db, first, clock, START)
    await readTo(greatest)
    const timeline = await timelineInForce(db, second, clock, now)
    const from = behind + 5000
    expect(await moments()).toEqual([
      [1, 0],
      [2, from],
    ])
    expect(timeline.at('dana', 1, from - 1).rules.version).toBe(first.version)
    expect(timeline.at('dana', 1, from)).toMatchObject({ rules: { version: second.version }, from })
    const later = await timelineInForce(db, second, clock, now + HOUR)
    expect(later.at('dana', 1, from - 1).rules.version).toBe(first.version)
    expect(later.at('dana', 1, from).rules.version).toBe(second.version)
  })

  it('go back to earlier ones as to any others, and never before what is already to come', async () => {
    await timelineInForce(db, first, 'events', 0)
    await readTo(START)
    await timelineInForce(db, second, 'events', 0)
    const timeline = await timelineInForce(db, first, 'events', 0)
    expect(await moments()).toEqual([
      [1, 0],
      [2, START + 5000],
      [1, START + 10_000],
    ])
    expect(timeline.at('dana', 1, START + 9999).rules.version).toBe(second.version)
    expect(timeline.at('dana', 1, START + 10_000).rules.version).toBe(first.version)
  })
})

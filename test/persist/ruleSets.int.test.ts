import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Db, openDb, transaction } from '../../src/db.ts'
import { buildRuleSet } from '../../src/evaluate/ruleSet.ts'
import { promoteRuleSet, readRuleSets } from '../../src/persist/ruleSets.ts'
import { START } from '../support/account.ts'
import { defaultDocuments } from '../support/engine.ts'
import { describeDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts'

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

  it('are none at first', async () => {
    expect(await readRuleSets(db)).toEqual([])
  })

  it('come back in order of their moments and build the version that they were stored as', async () => {
    const documents = await defaultDocuments()
    const stricter = await defaultDocuments()
    stricter.policy.noticeGraceMinutes = 30
    const [first, second] = [await buildRuleSet(documents), await buildRuleSet(stricter)]
    const sets = [
      { version: second.version, effectiveFrom: START, documents: stricter },
      { version: first.version, effectiveFrom: 0, documents },
      { version: first.version, effectiveFrom: START + 1, documents }, // back to the first
    ]
    for (const one of sets) await transaction(db, (tx) => promoteRuleSet(tx, one, 'system'))
    const stored = await readRuleSets(db)
    expect(stored).toEqual([sets[1], sets[0], sets[2]])
    for (const { documents, version } of stored) expect((await buildRuleSet(documents)).version).toBe(version)
  })

  it('never take force two at the same moment', async () => {
    const documents = await defaultDocuments()
    const put = (version: string) =>
      transaction(db, (tx) => promoteRuleSet(tx, { version, effectiveFrom: START, documents }, 'system'))
    await put('a')
    await expect(put('b')).rejects.toMatchObject({ code: '23505' })
    expect((await readRuleSets(db)).map(({ version }) => version)).toEqual(['a'])
  })
})

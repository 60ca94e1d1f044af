import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Db, openDb, transaction } from '../../src/db.ts'
import { giveAllCursors } from '../../src/persist/cursors.ts'
import { readDeadLettersBehind, saveDeadLetters } from '../../src/persist/deadLetters.ts'
import { giveCursors } from '../../src/persist/outbox.ts'
import { START } from '../support/account.ts'
import { describeDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts'

describeDatabase('cursors of what goes out', () => {
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

  const save = (...offsets: number[]) =>
    transaction(db, (tx) =>
      saveDeadLetters(
        tx,
        offsets.map((offset) => ({
          ...{ topic: 'requests', partition: 0, offset, key: null, value: null },
          ...{ loggedAt: START, path: '', reason: 'has no value' },
        })),
      ),
    )
  const give = (most: number) => transaction(db, (tx) => giveAllCursors(tx, most))
  const behind = async (since: number) =>
    (await readDeadLettersBehind(db, since, 10)).map(({ cursor, offset }) => [cursor, offset])

  it('are given in order, page by page', async () => {
    await save(5, 30, 7, 6)
    expect([await give(3), await give(3), await give(3)]).toEqual([3, 1, 0])
    expect(await behind(0)).toEqual([
      [1, 5],
      [2, 6],
      [3, 7],
      [4, 30],
    ])
  })

  it.each([
    ['cursors/give-all', giveAllCursors, `(10, 'news')`],
    ['outbox/give-cursors', giveCursors, '(10)'],
  ] as const)('are given by a plan that is made once and reads no table whole: %s', async (name, give, values) => {
    const alone = openDb(database.url, 1) // PostgreSQL keeps plans by connection
    try {
      for (let i = 0; i < 10; i++) await transaction(alone, (tx) => give(tx, 10))
      const plans = { text: 'select generic_plans as g, custom_plans as c from pg_prepared_statements where name = $1' }
      expect((await alone.query({ ...plans, values: [name] })).rows).toEqual([{ g: 10, c: 0 }])
      await alone.query(`set plan_cache_mode = 'force_generic_plan'`)
      const { rows } = await alone.query(`explain execute "${name}" ${values}`)
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      expect(plan).toMatch(/Index (Only )?Scan using outbox_waiting/)
      expect(plan).not.toMatch(/Seq Scan|Hash Join|Merge Join/)
    } finally {
      await alone.end()
    }
  })

  it('never come again, even if what had them is deleted', async () => {
    await save(5, 6)
    await give(10)
    await db.query('delete from dead_letters')
    await save(7)
    await give(10)
    expect(await behind(2)).toEqual([[3, 7]])
  })

  it('are told of to whoever listens, where there is something new and it is not said quietly', async () => {
    const listener = await db.connect()
    try {
      let told = 0
      listener.on('notification', () => told++)
      await listener.query('listen lanekeeper_news')
      await give(10)
      await listener.query('select 1')
      expect(told).toBe(0)
      await save(5)
      await transaction(db, (tx) => giveAllCursors(tx, 10, true))
      await save(6)
      await give(10)
      await expect.poll(() => told).toBe(1)
    } finally {
      listener.release(true)
    }
  })
})

import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Db, openDb, transaction } from '../../src/db.ts'
import { giveAllCursors } from '../../src/persist/cursors.ts'
import { readDeadLettersBehind, saveDeadLetters } from '../../src/persist/deadLetters.ts'
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

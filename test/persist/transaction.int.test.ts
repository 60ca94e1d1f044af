import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Db, openDb, sqlState, together, transaction } from '../../src/db.ts'
import { answers, isDatabaseAway } from '../../src/persist/away.ts'
import { describeDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts'

describeDatabase('a transaction', () => {
  let database: TestDatabase
  let db: Db
  beforeAll(async () => {
    database = await testDatabase()
    db = openDb(database.url, 2)
  })
  afterAll(async () => {
    await db.end()
    await database.drop()
  })

  test('whose connection breaks between two statements fails, and nothing else does', async () => {
    const lost = transaction(db, async (tx) => {
      const { rows } = await tx.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
      const values = [rows[0]!.pid]
      await db.query({ text: 'select pg_terminate_backend($1)', values })
      const isThere = 'select from pg_stat_activity where pid = $1'
      await expect.poll(async () => (await db.query({ text: isThere, values })).rowCount).toBe(0)
      await tx.query({ text: 'select' })
    })
    await expect(lost).rejects.toSatisfy(isDatabaseAway)
    expect(await transaction(db, async (tx) => (await tx.query({ text: 'select' })).rowCount)).toBe(1)
  })

  test('whose statements are sent together fails as the first of them that fails, and leaves nothing of any', async () => {
    await db.query('create table numbers (number int primary key)')
    const add = (...numbers: number[]) =>
      transaction(db, (tx) =>
        together(
          numbers.map((number) =>
            tx.query({ name: 'add', text: 'insert into numbers select 6 / $1', values: [number] }),
          ),
        ),
      )
    await add(1, 2)
    await expect(add(3, 0, 1)).rejects.toSatisfy((error) => sqlState(error) === '22012') // division by zero
    await expect(add(3, 1, 0)).rejects.toSatisfy((error) => sqlState(error) === '23505') // one that is there
    expect((await db.query('select number from numbers order by 1')).rows).toEqual([{ number: 3 }, { number: 6 }])
    await add(3)
  })

  test('a database answers, or it does not', async () => {
    expect(await answers(db)).toBe(true)
    const nobody = openDb('postgres://lanekeeper@127.0.0.1:1/lanekeeper', 1)
    expect(await answers(nobody)).toBe(false)
    await nobody.end()
  })
})

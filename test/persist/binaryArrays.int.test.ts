import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Db, openDb } from '../../src/db.ts'
import { bigintArray, byteaArray, textArray } from '../../src/persist/binaryArrays.ts'
import { describeDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts'

describeDatabase('arrays in binary', () => {
  let database: TestDatabase
  let db: Db
  beforeAll(async () => {
    database = await testDatabase()
    db = openDb(database.url, 1)
  })
  afterAll(async () => {
    await db.end()
    await database.drop()
  })

  const back = async (type: string, array: Buffer) => {
    const { rows } = await db.query(
      `select t.item from unnest($1::${type}[]) with ordinality as t(item, nth) order by nth`,
      [array],
    )
    return rows.map(({ item }) => item)
  }

  it('come as they were sent', async () => {
    const texts = ['', 'NULL', null, '{"a,b"}\\', 'naïve 编程 🙃', 'x'.repeat(70_000)]
    expect(await back('text', textArray(texts))).toEqual(texts)
    const numbers = [0, -1, 1, null, 2 ** 31, 2 ** 32, -(2 ** 32) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]
    expect(await back('bigint', bigintArray(numbers))).toEqual(numbers)
    const bytes = [new Uint8Array(0), Uint8Array.of(0, 255, 92, 0), new Uint8Array(5000).fill(7)]
    const strings = bytes.map((one) => Buffer.from(one).toString('latin1'))
    for (const items of [bytes, strings])
      expect(await back('bytea', byteaArray(items))).toEqual(bytes.map((one) => Buffer.from(one)))
  })

  it('may be empty', async () => {
    expect(await back('text', textArray([]))).toEqual([])
    expect(await back('bigint', bigintArray([]))).toEqual([])
    expect(await back('bytea', byteaArray([]))).toEqual([])
  })
})

import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Db, openDb, transaction } from '../../src/db.ts'
import {
  countDeadLetters,
  type DeadLetter,
  deleteExpiredDeadLetters,
  eraseDeadLetters,
  holdDeadLetter,
  listDeadLetters,
  markRedriven,
  readDeadLetter,
  saveDeadLetters,
} from '../../src/persist/deadLetters.ts'
import { START } from '../support/account.ts'
import { describeDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts'

const letter = (offset: number, change: Partial<DeadLetter> = {}): DeadLetter => ({
  ...{ topic: 'requests', partition: 0, offset, key: Buffer.from('ada'), value: Buffer.from([0, 255, offset]) },
  ...{ loggedAt: START, path: 'time', reason: 'is missing', ...change },
})

describeDatabase('dead letters', () => {
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

  const save = (...letters: DeadLetter[]) => transaction(db, (tx) => saveDeadLetters(tx, letters))
  const offsets = (letters: readonly DeadLetter[]) => letters.map(({ partition, offset }) => `${partition}/${offset}`)

  it('are kept once, byte for byte, whatever a key or a value may be', async () => {
    const letters = [letter(7), letter(8, { key: null, value: null, path: '', reason: 'has no value' })]
    await save(...letters)
    await save(letter(7, { reason: 'is missing now as well' }))
    await save()
    expect(await listDeadLetters(db, { all: false, limit: 10 })).toEqual(
      letters.map((one) => ({ ...one, redrivenAt: null })),
    )
    expect(await readDeadLetter(db, letters[1]!)).toMatchObject({ key: null, value: null })
    expect(await readDeadLetter(db, { ...letters[0]!, partition: 1 })).toBeUndefined()
  })

  it('come in pages by their places, without those that were sent again unless all are asked for', async () => {
    await save(letter(2), letter(10), letter(1, { partition: 1 }))
    await transaction(db, (tx) => markRedriven(tx, letter(10)))
    expect(offsets(await listDeadLetters(db, { all: false, limit: 10 }))).toEqual(['0/2', '1/1'])
    const page = await listDeadLetters(db, { all: true, limit: 2 })
    expect(offsets(page)).toEqual(['0/2', '0/10'])
    expect(page[1]!.redrivenAt).toBeInstanceOf(Date)
    expect(offsets(await listDeadLetters(db, { after: page[1]!, all: true, limit: 2 }))).toEqual(['1/1'])
  })

  it('are held by one transaction at a time', async () => {
    await save(letter(1))
    await transaction(db, async (tx) => {
      expect(await holdDeadLetter(tx, letter(1))).toMatchObject({ offset: 1 })
      await transaction(db, async (other) => expect(await holdDeadLetter(other, letter(1))).toBeUndefined())
    })
    expect(await transaction(db, (tx) => holdDeadLetter(tx, letter(1)))).toMatchObject({ offset: 1 })
  })

  it('go with the account whose key they came under, and no other', async () => {
    const others = [
      letter(3, { key: Buffer.from('ada2') }),
      letter(4, { key: null }),
      letter(5, { key: Buffer.from([255]) }),
    ]
    await save(letter(1), letter(2), ...others)
    expect(await countDeadLetters(db, 'ada')).toBe(2)
    expect(await transaction(db, (tx) => eraseDeadLetters(tx, 'ada'))).toBe(2)
    expect(offsets(await listDeadLetters(db, { all: true, limit: 10 }))).toEqual(['0/3', '0/4', '0/5'])
    expect(await countDeadLetters(db, 'ada')).toBe(0)
  })

  it('are kept for their term and no longer, sent again or not', async () => {
    await save(letter(1), letter(2), letter(3))
    await transaction(db, (tx) => markRedriven(tx, letter(2)))
    await db.query("update dead_letters set written_at = now() - interval '29 days' where log_offset = 1")
    await db.query("update dead_letters set written_at = now() - interval '31 days' where log_offset > 1")
    await deleteExpiredDeadLetters(db, 32)
    expect(await listDeadLetters(db, { all: true, limit: 10 })).toHaveLength(3)
    await deleteExpiredDeadLetters(db, 30)
    expect(offsets(await listDeadLetters(db, { all: true, limit: 10 }))).toEqual(['0/1'])
  })
})

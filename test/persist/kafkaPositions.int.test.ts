import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Db, openDb, transaction } from '../../src/db.ts'
import {
  acceptGap,
  movePositions,
  type PartitionPosition,
  readPartitions,
  takePartitions,
} from '../../src/persist/kafkaPositions.ts'
import { rememberedPartitions, rememberPartitions } from '../../src/persist/kafkaTopics.ts'
import { describeDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts'

describeDatabase('positions of partitions', () => {
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

  const take = async (partition: number, low: number) =>
    (await takePartitions(db, 'requests', [{ partition, low }]))[0]!
  const moveOf = ({ partition, epoch, nextOffset: from }: PartitionPosition, to: number) => ({
    ...{ partition, epoch, from, to },
    greatestTime: undefined,
  })
  const move = (held: PartitionPosition, to: number) =>
    transaction(db, (tx) => movePositions(tx, 'requests', [moveOf(held, to)]))

  it('begin where the log begins, and are moved by whoever took the partition last', async () => {
    const first = await take(3, 100)
    expect(first).toEqual({ partition: 3, epoch: 1, nextOffset: 100 })
    expect(await move(first, 150)).toBe(true)

    const second = await take(3, 0)
    expect(second).toEqual({ partition: 3, epoch: 2, nextOffset: 150 })
    expect(await move({ ...first, nextOffset: 150 }, 160)).toBe(false)
    expect(await move(second, 170)).toBe(true)
    expect(await move(second, 180)).toBe(false) // it stands at 170 by now
    expect(await readPartitions(db, 'requests')).toEqual([{ ...second, nextOffset: 170 }])
    expect(await readPartitions(db, 'other')).toEqual([])
  })

  it('do not move where the transaction does not commit', async () => {
    const held = await take(0, 0)
    const undone = transaction(db, async (tx) => {
      expect(await movePositions(tx, 'requests', [moveOf(held, 5)])).toBe(true)
      throw new Error('no')
    })
    await expect(undone).rejects.toThrow('no')
    expect(await readPartitions(db, 'requests')).toEqual([held])
  })

  it('pass a gap only because a person says so, and fence whoever was at work', async () => {
    const held = await take(0, 5)
    expect(await transaction(db, (tx) => acceptGap(tx, 'requests', held, 90))).toBe(true)
    expect(await move(held, 6)).toBe(false)
    expect(await readPartitions(db, 'requests')).toEqual([{ partition: 0, epoch: 2, nextOffset: 90 }])
    expect(await transaction(db, (tx) => acceptGap(tx, 'requests', held, 95))).toBe(false)
  })

  it('remember how many partitions there were at first', async () => {
    expect(await rememberedPartitions(db, 'requests')).toBeUndefined()
    expect(await transaction(db, (tx) => rememberPartitions(tx, 'requests', 12))).toBe(12)
    expect(await transaction(db, (tx) => rememberPartitions(tx, 'requests', 24))).toBe(12)
    expect(await rememberedPartitions(db, 'requests')).toBe(12)
  })
})

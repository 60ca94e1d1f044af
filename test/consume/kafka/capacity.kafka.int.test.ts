import { afterEach, beforeEach, expect, it } from 'vitest'
import { followCapacityTopic } from '../../../src/cli/capacityTopic.ts'
import { followCapacity } from '../../../src/consume/kafka/capacity.ts'
import { type Db, openDb } from '../../../src/db.ts'
import { listDeadLetters } from '../../../src/persist/deadLetters.ts'
import { openSender, type Sender } from '../../../src/publish/kafka/sender.ts'
import { MINUTE, START } from '../../support/account.ts'
import { describeKafka, type TestKafka, testKafka } from '../../support/kafka/kafka.ts'
import { type TestDatabase, testDatabase } from '../../support/postgres.ts'

describeKafka('the topic of capacity', () => {
  let own: TestKafka
  let database: TestDatabase
  let db: Db
  let sender: Sender
  let stop: () => Promise<void>
  let failures: unknown[]
  beforeEach(async () => {
    database = await testDatabase()
    db = openDb(database.url, 2)
    own = await testKafka()
    sender = await openSender(own.kafka)
    failures = []
    stop = async () => {}
  })
  afterEach(async () => {
    await stop()
    await sender.close()
    await own.drop()
    await db.end()
    await database.drop()
  })

  const follow = () => {
    stop = followCapacityTopic(
      db,
      own,
      () => START,
      (error) => failures.push(error),
    )
  }
  const send = (key: string | Buffer | null, value: string | null) =>
    sender.send(own.settings.topics.capacity, { key, value })
  const report = (utilization: number, minute: number, more: object = {}) =>
    JSON.stringify({ utilization, at: new Date(START + minute * MINUTE).toISOString(), ...more })
  const poll = <T>(what: () => Promise<T>) => expect.poll(what, { timeout: 30_000 })
  const kept = async () =>
    (await db.query('select source, instance, utilization from capacity order by source, instance')).rows.map(
      (row) => `${row.source} ${row.instance} ${row.utilization}`,
    )
  const letters = () => listDeadLetters(db, { all: true, limit: 100 })

  it('is stored by who says it, the newest report of each; what is none is a dead letter, and the stream goes on', async () => {
    await send('eu', report(0.4, 2))
    await send('eu', 'no JSON')
    await send('eu', null)
    await send(Buffer.from([255]), report(0.1, 3))
    await send('eu', report(0.1, 6))
    await send('eu', report(0.9, 3))
    await send('eu', report(0.2, 1))
    await send('eu', report(0.3, 1, { instance: 'edge-1' }))
    await send(null, report(0.7, 1))
    follow()
    await poll(kept).toEqual(['kafka/0 default 0.7', 'kafka:eu default 0.9', 'kafka:eu edge-1 0.3'])
    expect((await letters()).map(({ offset, path, reason }) => [offset, path, reason])).toEqual([
      [1, '', 'is not JSON: unexpected character'],
      [2, '', 'has no value'],
      [3, '', 'has a key that is no name of at most 128 bytes'],
      [4, 'at', 'time_in_future: more than 5 minutes ahead'],
    ])
    expect((await letters())[0]).toMatchObject({ key: Buffer.from('eu'), value: Buffer.from('no JSON') })
  })

  it('goes on where it was after a stop, and says what could not be saved again until it can', async () => {
    await send('eu', report(0.4, 1))
    follow()
    await poll(kept).toEqual(['kafka:eu default 0.4'])
    await stop()
    await send('eu', report(0.5, 2))
    const saved: (number | Error)[] = []
    const { kafka, settings } = own
    stop = followCapacity({
      kafka,
      topic: settings.topics.capacity,
      group: `${settings.topics.capacity}.consumer`,
      clock: undefined,
      failed: (error) => failures.push(error),
      async save(reports) {
        saved.push(...(saved.length < 3 ? [new Error('away')] : reports.map(({ utilization }) => utilization)))
        if (saved.at(-1) instanceof Error) throw saved.at(-1)
      },
    })
    await poll(async () => saved).toEqual([expect.any(Error), expect.any(Error), expect.any(Error), 0.5])
    expect(failures).toEqual([])
  })
})

import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ScoredEvent } from '../../../src/classify/scoreEvent.ts'
import { type Consuming, startConsuming } from '../../../src/cli/consuming.ts'
import { openRulesInForce } from '../../../src/cli/rulesInForce.ts'
import { sweepAll } from '../../../src/cli/sweeping.ts'
import { type Db, openDb, transaction } from '../../../src/db.ts'
import { createLogger } from '../../../src/logger.ts'
import { createMetrics } from '../../../src/metrics.ts'
import { AccountCache } from '../../../src/persist/accountCache.ts'
import { acceptGap, readPartitions, takePartitions } from '../../../src/persist/kafkaPositions.ts'
import { openStore } from '../../../src/persist/store.ts'
import { DAY, MINUTE, scored } from '../../support/account.ts'
import { engineWith } from '../../support/engine.ts'
import { describeKafka, type TestKafka, testKafka } from '../../support/kafka/kafka.ts'
import { produce, type Request, requestsOf } from '../../support/kafka/requests.ts'
import { PATIENT } from '../../support/kafka/workers.ts'
import { line } from '../../support/log.ts'
import { type LosingProxy, losingProxy } from '../../support/losingProxy.ts'
import { type TestDatabase, testDatabase } from '../../support/postgres.ts'

const PARTITIONS = 2
/** A throttle lifts after five minutes, whatever happens. */
const engine = await engineWith(({ recover, policy }) => {
  policy.recovery.minMinutes = 0
  const rule = recover.find(({ name }) => name === 'quiet-week')!
  rule.conditions = { all: [{ fact: 'restriction.minutes', operator: 'greaterThanInclusive', value: 5 }] }
})

describeKafka('the consumer', () => {
  let own: TestKafka
  let database: TestDatabase
  let proxy: LosingProxy
  let db: Db
  let consuming: Consuming
  let committing: Parameters<typeof startConsuming>[0]['committing']
  let metrics: ReturnType<typeof createMetrics>
  beforeEach(async () => {
    own = await testKafka({ partitions: PARTITIONS })
    database = await testDatabase()
    proxy = await losingProxy(database.url)
    db = openDb(proxy.url)
  })
  afterEach(async () => {
    await consuming?.stop()
    await db.end()
    await proxy.close()
    await database.drop()
    await own.drop()
  })

  async function start(): Promise<void> {
    const cache = new AccountCache(100)
    const rules = await openRulesInForce(db, engine.rules, Date.now)
    const accounts = openStore(db, undefined, cache)
    committing = { accounts, rules, model: engine.model, clock: Date.now, excerpts: new WeakMap() }
    metrics = createMetrics()
    consuming = await startConsuming({
      ...{ cluster: own, looking: own, db, committing, cache, clock: 'system', now: Date.now, seen: () => {} },
      ...{ metrics, logger: createLogger('silent') },
    })
  }
  const write = (requests: readonly Request[]) => produce(own.kafka, own.settings.topics.requests, requests)
  const keyed = (events: readonly ScoredEvent[]) =>
    requestsOf(
      events.map((event) => `${Buffer.from(line(event))}`),
      PARTITIONS,
    )
  /** Somebody who lives on another partition. */
  const elsewhere = (accountId: string) => {
    const partitionOf = (accountId: string) => keyed(coding(1, { accountId }))[0]!.partition
    const others = ['bo', 'cy', 'dee', 'eve', 'flo', 'gus']
    return others.find((other) => partitionOf(other) !== partitionOf(accountId))!
  }
  const positions = async () => (await readPartitions(db, own.settings.topics.requests)).map((one) => one.nextOffset)
  const taken = async () => (await positions()).reduce((sum, one) => sum + one, 0)
  const query = async (sql: string) => (await db.query(sql)).rows
  const coding = (count: number, change: Partial<ScoredEvent> = {}) =>
    Array.from({ length: count }, (_, i) => scored('coding', Date.now() - DAY + i * 1000, { id: `c${i}`, ...change }))

  it('lays aside what is no event, has another key, lies elsewhere or in the future, each once and with its reason, and goes on', async () => {
    const [good, ahead] = keyed([...coding(1), scored('coding', Date.now() + 6 * MINUTE)]) as [Request, Request]
    const partition = good.partition
    const bad: Request[] = [
      { ...good, key: 'somebody else' },
      { ...good, key: null },
      { key: 'dana', value: '{"id":', partition },
      { key: 'dana', value: Buffer.from([255]) as unknown as string, partition },
      { key: 'dana', value: null as unknown as string, partition },
      ahead,
      { ...good, partition: 1 - partition },
    ]
    await write([...bad, good])
    await start()
    await expect.poll(taken, PATIENT).toBe(8)
    expect(
      await query(`select log_offset, path, reason from dead_letters where partition = ${partition} order by 1`),
    ).toEqual([
      { log_offset: 0, path: 'accountId', reason: "is not the record's key" },
      { log_offset: 1, path: 'accountId', reason: "is not the record's key" },
      { log_offset: 2, path: '', reason: 'is not JSON: it ends too early' },
      { log_offset: 3, path: '', reason: 'is not UTF-8' },
      { log_offset: 4, path: '', reason: 'has no value' },
      { log_offset: 5, path: 'time', reason: 'time_in_future: more than 5 minutes ahead' },
    ])
    expect(await query(`select path, reason from dead_letters where partition <> ${partition}`)).toEqual([
      { path: '', reason: `wrong_partition: murmur2 of its key puts it on ${partition} of ${PARTITIONS}` },
    ])
    expect(await query('select account_id, ordinal, source from accounts')).toEqual([
      { account_id: 'dana', ordinal: 1, source: `${own.settings.topics.requests}/${partition}` },
    ])
  })

  it('keeps what gateways say of their capacity beside the events', async () => {
    await start()
    const value = JSON.stringify({ utilization: 0.5, at: new Date().toISOString() })
    await produce(own.kafka, own.settings.topics.capacity, [{ key: 'eu', value, partition: 0 }])
    await expect
      .poll(() => query('select source, utilization from capacity'), PATIENT)
      .toEqual([{ source: 'kafka:eu', utilization: 0.5 }])
  })

  it('that does not hear of its commit finds out that it was done, and counts nothing twice', async () => {
    await start()
    const events = coding(600)
    await write(keyed(events.slice(0, 100)))
    await expect.poll(taken, PATIENT).toBe(100)
    proxy.loseAnswerTo('kafka_positions/move')
    await write(keyed(events.slice(100, 300)))
    await expect.poll(taken, PATIENT).toBe(300)
    await expect.poll(() => consuming.isReady(), PATIENT).toBe(true)
    await write(keyed(events.slice(300)))
    await expect.poll(taken, PATIENT).toBe(600)
    expect(await query('select ordinal from accounts')).toEqual([{ ordinal: 600 }])
  })

  it('goes on when PostgreSQL has ended all connections', async () => {
    await start()
    const events = coding(2000)
    const written = write(keyed(events))
    for (let i = 0; i < 5; i++) {
      await expect.poll(() => taken().catch(() => 0), { ...PATIENT, interval: 10 }).toBeGreaterThan(i * 200)
      await db
        .query(
          'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
        )
        .catch(() => {})
    }
    await written
    await expect.poll(() => taken().catch(() => 0), PATIENT).toBe(2000)
    expect(await query('select ordinal from accounts')).toEqual([{ ordinal: 2000 }])
  })

  it('tries a commit that always fails again and again, later each time, and says all the while that it is not ready', async () => {
    const events = (accountId: string) => coding(20, { accountId })
    const [bad, good] = [keyed(events('ada')), keyed(events(elsewhere('ada')))]
    await query(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no room'; end $$;
      create trigger refuse before insert on accounts for each row when (new.account_id = 'ada') execute function refuse()`)
    await start()
    await write(bad)
    const tries: number[] = []
    const ready: boolean[] = []
    const failed = async () => {
      const { values } = (await metrics.registry.getSingleMetric('lanekeeper_kafka_failed_commits_total')?.get())!
      while (tries.length < values[0]!.value) tries.push(performance.now())
      if (tries.length > 0) ready.push(consuming.isReady())
      return tries.length
    }
    await expect.poll(failed, { ...PATIENT, interval: 5 }).toBeGreaterThan(5)
    expect(ready).not.toContain(true)
    expect(tries[5]! - tries[4]!).toBeGreaterThan(tries[1]! - tries[0]!)
    await write(good)
    await expect.poll(taken, PATIENT).toBe(20)
    expect(consuming.isReady()).toBe(false)
    await query('drop trigger refuse on accounts')
    await expect.poll(taken, PATIENT).toBe(40)
    expect(consuming.isReady()).toBe(true)
    expect(await query('select ordinal from accounts')).toEqual([{ ordinal: 20 }, { ordinal: 20 }])
  })

  it('does not read a partition whose position the log does not hold, says so, and goes on once a person accepts that', async () => {
    const requests = keyed(coding(5))
    const { partition } = requests[0]!
    const topic = own.settings.topics.requests
    const [position] = await takePartitions(db, topic, [{ partition, low: 70 }])
    await write(requests)
    await start()
    await expect.poll(async () => (await readPartitions(db, topic)).length, PATIENT).toBe(PARTITIONS)
    await expect.poll(() => consuming.stopped(), PATIENT).toEqual([partition])
    expect(consuming.isReady()).toBe(false)
    const { epoch } = (await readPartitions(db, topic)).find((one) => one.partition === partition)!
    expect(await transaction(db, (tx) => acceptGap(tx, topic, { ...position!, epoch }, 2))).toBe(true)
    await expect.poll(taken, PATIENT).toBe(5)
    expect(consuming.isReady()).toBe(true)
    expect(await query('select ordinal from accounts')).toEqual([{ ordinal: 3 }])
  })

  it('lets time pass for an account as its own partition does, and once that is at its end as the clock does', async () => {
    const start1 = Date.now() - DAY
    const misuse = Array.from({ length: 20 }, (_, i) => scored('non_coding', start1 + i * 1000, { accountId: 'ada' }))
    const [other] = keyed([scored('coding', Date.now(), { accountId: elsewhere('ada') })]) as [Request]
    await start()
    await write([...keyed(misuse), other])
    await expect.poll(taken, PATIENT).toBe(21)
    const kind = async () => (await query("select restriction from accounts where account_id = 'ada'"))[0].restriction
    const sweep = () => sweepAll({ db, committing, clock: 'system', now: Date.now(), source: undefined, consuming })
    await sweep()
    expect(await kind()).toBe('throttle')
    const ends = 'select count(*)::int as count from kafka_positions where at_end_since is not null'
    await expect.poll(async () => (await query(ends))[0].count, PATIENT).toBe(PARTITIONS)
    await sweep()
    expect(await kind()).toBe('throttle')
    await query("update kafka_positions set at_end_since = at_end_since - interval '2 minutes'")
    await sweep()
    expect(await kind()).toBe('none')
  })

  it('comes to the end of a log that ends with records which nobody sees', async () => {
    await start()
    const [request] = keyed(coding(1)) as [Request]
    const producer = own.kafka.producer({ transactionalId: own.settings.topics.requests, maxInFlightRequests: 1 })
    await producer.connect()
    for (const end of ['commit', 'abort'] as const) {
      const transaction = await producer.transaction()
      await transaction.send({ topic: own.settings.topics.requests, messages: [request] })
      await transaction[end]()
    }
    await producer.disconnect()
    await expect.poll(taken, PATIENT).toBe(4) // each with the mark of its end
    expect(await query('select ordinal from accounts')).toEqual([{ ordinal: 1 }])
  })
})

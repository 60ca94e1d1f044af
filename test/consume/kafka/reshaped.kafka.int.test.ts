import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Consuming, startConsuming } from '../../../src/cli/consuming.ts'
import { openRulesInForce } from '../../../src/cli/rulesInForce.ts'
import { type Db, openDb } from '../../../src/db.ts'
import { createLogger } from '../../../src/logger.ts'
import { createMetrics } from '../../../src/metrics.ts'
import { AccountCache } from '../../../src/persist/accountCache.ts'
import { readPartitions } from '../../../src/persist/kafkaPositions.ts'
import { openStore } from '../../../src/persist/store.ts'
import type { Kafka } from '../../../src/publish/kafka/client.ts'
import { DAY, scored } from '../../support/account.ts'
import { engineWith } from '../../support/engine.ts'
import { describeKafka, type TestKafka, testKafka } from '../../support/kafka/kafka.ts'
import { produce, requestsOf } from '../../support/kafka/requests.ts'
import { PATIENT } from '../../support/kafka/workers.ts'
import { line } from '../../support/log.ts'
import { type TestDatabase, testDatabase } from '../../support/postgres.ts'

const PARTITIONS = 2
const engine = await engineWith()

describeKafka('a worker whose topic gets other partitions', () => {
  let own: TestKafka
  let database: TestDatabase
  let db: Db
  let consuming: Consuming
  let looks = 0
  beforeEach(async () => {
    own = await testKafka({ partitions: PARTITIONS })
    database = await testDatabase()
    db = openDb(database.url)
    const cache = new AccountCache(100)
    const rules = await openRulesInForce(db, engine.rules, Date.now)
    const committing = { accounts: openStore(db, undefined, cache), rules, model: engine.model, clock: Date.now }
    consuming = await startConsuming({
      ...{ cluster: own, looking: { ...own, kafka: counting(own.kafka) }, db, committing, cache, clock: 'system' },
      ...{ now: Date.now, seen: () => {}, metrics: createMetrics(), logger: createLogger('silent') },
    })
  })
  afterEach(async () => {
    await consuming.stop()
    await db.end()
    await database.drop()
    await own.drop()
  })

  /** Counts how often somebody looks at the topic. */
  const counting = (kafka: Kafka) =>
    ({
      admin() {
        const admin = kafka.admin()
        const fetchTopicOffsets: typeof admin.fetchTopicOffsets = (asked) => {
          looks++
          return admin.fetchTopicOffsets(asked)
        }
        return { ...admin, fetchTopicOffsets }
      },
    }) as Kafka
  const write = (from: number) => {
    const events = Array.from({ length: 10 }, (_, i) =>
      scored('coding', Date.now() - DAY + (from + i) * 1000, { id: `e${from + i}` }),
    )
    const lines = events.map((event) => `${Buffer.from(line(event))}`)
    return produce(own.kafka, own.settings.topics.requests, requestsOf(lines, PARTITIONS))
  }
  const positions = () => readPartitions(db, own.settings.topics.requests)

  it('reads no more of it: whoever writes may write an account elsewhere from then on', async () => {
    await write(0)
    await expect
      .poll(async () => (await positions()).reduce((sum, { nextOffset }) => sum + nextOffset, 0), PATIENT)
      .toBe(10)
    const admin = own.kafka.admin()
    await admin.connect()
    await admin.createPartitions({
      topicPartitions: [{ topic: own.settings.topics.requests, count: PARTITIONS + 2 }],
    })
    await admin.disconnect()
    await expect.poll(() => consuming.stopped(), PATIENT).toEqual([0, 1])
    const before = await positions()
    await write(10)
    const seen = looks
    await expect.poll(() => looks, PATIENT).toBeGreaterThan(seen + 3)
    expect(await positions()).toEqual(before)
    expect(consuming.isReady()).toBe(false)
  })
})

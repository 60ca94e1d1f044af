import { afterEach, beforeEach, expect, it } from 'vitest'
import { outboxOf, outgoingOf, publisherOf } from '../../../src/cli/publishing.ts'
import { transaction } from '../../../src/db.ts'
import { eraseAccount } from '../../../src/persist/erasure.ts'
import { BEAT_MS, takePublishingLead } from '../../../src/persist/publishingLead.ts'
import { Publisher } from '../../../src/publish/kafka/publisher.ts'
import { Relay } from '../../../src/publish/relay.ts'
import { HOUR, START, scored } from '../../support/account.ts'
import { engineWith } from '../../support/engine.ts'
import { describeKafka, type TestKafka, testKafka } from '../../support/kafka/kafka.ts'
import { readTopic, type TopicReader } from '../../support/kafka/topicReader.ts'
import { testService } from '../../support/service.ts'
import { rowsWith } from '../../support/wholeDatabase.ts'

const engine = await engineWith()
const ADA = 'ada.lovelace@example.com'
const BO = 'grace.hopper@example.com'

describeKafka('an account that is erased', () => {
  let service: Awaited<ReturnType<typeof testService>>
  let own: TestKafka
  let relay: Relay
  let publisher: Publisher
  let entitlements: TopicReader
  const failures: unknown[] = []
  beforeEach(async () => {
    service = await testService(engine)
    own = await testKafka()
    relay = new Relay(outboxOf(service.db))
    publisher = publisherOf(service.db, own.kafka, own.settings.topics, (error) => failures.push(error))
    await seen(START)
    entitlements = await readTopic(own.kafka, own.settings.topics.entitlements)
  })
  afterEach(async () => {
    await publisher.stop()
    await entitlements.close()
    await own.drop()
    await service.close()
  })

  async function seen(time: number): Promise<void> {
    await service.commit([ADA, BO].map((accountId) => scored('coding', time, { accountId })))
    await relay.runOnce()
  }
  const erase = (accountId: string) =>
    transaction(service.db, (tx) => eraseAccount(tx, accountId, { by: 'test', reason: 'asked for it', key: undefined }))
  /** What the topic said of an account: versions, and null where it said that there is nothing. */
  const toldOf = (accountId: string) =>
    entitlements.records
      .filter(({ key }) => `${key}` === accountId)
      .map(({ value }) => value && (JSON.parse(`${value}`).version as number))
  /** Whether the next look of the publisher leaves nothing of it. */
  const isGone = async () => {
    await publisher.wake()
    return (await rowsWith(service.db, [ADA])).length === 0
  }

  it('is gone from the topic as soon as it is, whoever erases it, and then from the database', async () => {
    await publisher.wake()
    await erase(ADA) // nobody here wakes the publisher
    await entitlements.until(() => toldOf(ADA).includes(null))
    await expect.poll(isGone, { timeout: 30_000 }).toBe(true)
    await seen(START + HOUR)
    await publisher.wake()
    await entitlements.until(() => toldOf(ADA).length === 3)
    expect([toldOf(ADA), toldOf(BO)]).toEqual([[1, null, 1], [1]])
    expect(failures).toEqual([])
  })

  it('while its last entitlement is on its way is gone behind that', async () => {
    publisher = new Publisher({
      kafka: own.kafka,
      async takeLead() {
        const lead = (await takePublishingLead(service.db))!
        const outgoing = outgoingOf(lead.reader, own.settings.topics).map((one) => ({
          ...one,
          async read(since: number, most: number) {
            const messages = await one.read(since, most)
            if (messages.some(({ key, value }) => key === ADA && value)) await erase(ADA)
            return messages
          },
        }))
        return { ...lead, outgoing }
      },
      beatMs: BEAT_MS,
      transactionalId: `${own.settings.topics.entitlements}.publisher`,
      failed: (error) => failures.push(error),
    })
    expect(await publisher.wake()).toBe(3)
    await entitlements.until((records) => records.length === 3)
    expect(toldOf(ADA)).toEqual([1, null])
    expect(await isGone()).toBe(true)
  })

  it('is gone from the topic also where progress could not be kept and all is told again', async () => {
    await publisher.wake()
    await publisher.stop()
    await erase(ADA)
    const lead = (await takePublishingLead(service.db))!
    await lead.savePublished(new Map([[own.settings.topics.entitlements, 0]])) // as if it had died behind the send
    await lead.close()
    publisher = publisherOf(service.db, own.kafka, own.settings.topics, (error) => failures.push(error))
    expect(await publisher.wake()).toBe(2)
    await entitlements.until((records) => records.length === 4)
    expect([toldOf(ADA), toldOf(BO)]).toEqual([
      [1, null],
      [1, 1],
    ])
    expect(await isGone()).toBe(true)
  })
})

import { ConfigResourceTypes } from 'kafkajs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openInspector } from '../../../src/publish/kafka/inspector.ts'
import { createTopics, topicPlans } from '../../../src/publish/kafka/topics.ts'
import { describeKafka, type TestKafka, testKafka } from '../../support/kafka/kafka.ts'

describeKafka('topics', () => {
  let own: TestKafka
  beforeAll(async () => {
    own = await testKafka({ missing: true, partitions: 3 })
  })
  afterAll(() => own.drop())

  it('are created where they are missing, each as it is to be, and once', async () => {
    const plans = topicPlans(own.settings)
    expect(await createTopics(own.kafka, plans.slice(0, 2))).toEqual(plans.slice(0, 2).map(({ name }) => name))
    expect(await createTopics(own.kafka, plans)).toEqual(plans.slice(2).map(({ name }) => name))
    expect(await createTopics(own.kafka, plans)).toEqual([])

    const admin = own.kafka.admin()
    await admin.connect()
    for (const { name, partitions, config } of plans) {
      const { topics } = await admin.fetchTopicMetadata({ topics: [name] })
      expect(topics[0]!.partitions).toHaveLength(partitions)
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: ConfigResourceTypes.TOPIC, name, configNames: Object.keys(config) }],
      })
      const found = resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue])
      expect(Object.fromEntries(found)).toEqual(config)
    }
    await admin.disconnect()
  })

  it('answer as soon as they are created', async () => {
    for (let round = 0; round < 5; round++) {
      const many = await testKafka({ missing: true, partitions: 12 })
      const plans = topicPlans(many.settings)
      await createTopics(many.kafka, plans)
      const inspector = await openInspector(many.kafka)
      const logs = await Promise.all(plans.map(({ name }) => inspector.bounds(name)))
      expect(logs.map((log) => log.length)).toEqual(plans.map(({ partitions }) => partitions))
      await inspector.close()
      await many.drop()
    }
  })

  it('are called as the settings say', () => {
    const prefix = own.env.KAFKA_TOPIC_PREFIX
    expect(own.settings.topics).toEqual({
      requests: `${prefix}requests.v1`,
      capacity: `${prefix}capacity.v1`,
      entitlements: `${prefix}entitlements.v1`,
      notices: `${prefix}notices.v1`,
      'dead-letters': `${prefix}dead-letters.v1`,
    })
  })
})

import type { Admin } from 'kafkajs'
import { readConfig } from '../../../src/config.ts'
import type { Db } from '../../../src/db.ts'
import { createLogger } from '../../../src/logger.ts'
import { readPartitions } from '../../../src/persist/kafkaPositions.ts'
import { type Kafka, openKafka } from '../../../src/publish/kafka/client.ts'
import { createTopics, topicPlans } from '../../../src/publish/kafka/topics.ts'

const PARTITIONS = 12

/** Topics of a bench's own. */
export interface Topics {
  /** Environment of a Lanekeeper that works with them. */
  env: Record<string, string>
  kafka: Kafka
  requests: string
  /** Deletes the records that have been taken, so that the disk does not fill. */
  forget(db: Db): Promise<void>
  drop(): Promise<void>
}

/** Creates them on a broker. */
export async function topicsOn(brokers: string, prefix: string): Promise<Topics> {
  const env = { KAFKA_BROKERS: brokers, KAFKA_TOPIC_PREFIX: prefix, KAFKA_PARTITIONS: `${PARTITIONS}` }
  const settings = readConfig(env).kafka!
  const kafka = openKafka({ ...settings, ca: undefined }, createLogger('silent'), 'service')
  await createTopics(kafka, topicPlans(settings))
  return {
    env,
    kafka,
    requests: settings.topics.requests,
    async forget(db) {
      const taken = await readPartitions(db, settings.topics.requests)
      const partitions = taken.map(({ partition, nextOffset }) => ({ partition, offset: `${nextOffset}` }))
      await asAdmin(kafka, async (admin) => {
        await admin.fetchTopicOffsets(settings.topics.requests) // kafkajs deletes only on topics that it has asked about
        await admin.deleteTopicRecords({ topic: settings.topics.requests, partitions })
      })
    },
    drop: () => asAdmin(kafka, (admin) => admin.deleteTopics({ topics: Object.values(settings.topics) })),
  }
}

async function asAdmin(kafka: Kafka, work: (admin: Admin) => Promise<void>): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  await work(admin)
  await admin.disconnect()
}

import { readConfig } from '../../../src/config.ts'
import { createLogger } from '../../../src/logger.ts'
import { type Kafka, openKafka } from '../../../src/publish/kafka/client.ts'
import { createTopics, topicPlans } from '../../../src/publish/kafka/topics.ts'

const PARTITIONS = 12

/** Topics of a bench's own. */
export interface Topics {
  /** Environment of a Lanekeeper that works with them. */
  env: Record<string, string>
  kafka: Kafka
  requests: string
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
    async drop() {
      const admin = kafka.admin()
      await admin.connect()
      await admin.deleteTopics({ topics: Object.values(settings.topics) })
      await admin.disconnect()
    },
  }
}

import { randomBytes } from 'node:crypto'
import type { KafkaSettings } from '../../config.ts'
import type { createLogger } from '../../logger.ts'
import type { Kafka } from '../../publish/kafka/client.ts'
import { kafkaFault } from '../../publish/kafka/fault.ts'
import { openSender } from '../../publish/kafka/sender.ts'
import { createTopics, removeTopics, topicPlans } from '../../publish/kafka/topics.ts'
import { type Cluster, openCluster, openServiceCluster } from '../kafka.ts'
import { type Follower, hearing } from './hearing.ts'

/** What goes over Kafka in a demo: topics of its own, on which a simulated gateway writes and reads. */
export interface DemoKafka {
  cluster: Cluster
  /** Produces records on the topic of requests, in their order. */
  produce(records: readonly { key: string; value: string }[]): Promise<void>
  /** The changes as the topic of entitlements brings them. */
  feed: Follower
  /** Ends the gateway's part and removes the topics; the server's part has ended. */
  close(): Promise<void>
}

/** Creates topics of its own on the brokers of KAFKA_BROKERS. Throws a LanekeeperError where there are none, or they do not answer. */
export async function openDemoKafka(logger: ReturnType<typeof createLogger>): Promise<DemoKafka> {
  const once = await openCluster() // which says soon where nobody answers
  const settings = demoSettings(once.settings)
  await createTopics(once.kafka, topicPlans(settings)).catch((error) => Promise.reject(kafkaFault(error)))
  const { kafka } = (await openServiceCluster(logger))!
  const names = Object.values(settings.topics)
  const sender = await openSender(kafka)
  const { follower, leave } = await followTopic(kafka, settings.topics.entitlements)
  return {
    cluster: { kafka, settings },
    produce: (records) => sender.sendAll(settings.topics.requests, records),
    feed: follower,
    async close() {
      await Promise.all([sender.close(), leave()])
      await removeTopics(kafka, names)
    },
  }
}

/**
 * Topics under a name that nobody has, of one partition: time then passes for all accounts together, as it does over HTTP, and the
 * same seed tells the same story on both ways.
 */
function demoSettings(given: KafkaSettings): KafkaSettings {
  const prefix = `lanekeeper-demo-${randomBytes(4).toString('hex')}`
  const words = Object.keys(given.topics) as (keyof KafkaSettings['topics'])[]
  const names = words.map((word) => [word, `${prefix}.${word}.v1`])
  return { ...given, partitions: 1, topics: Object.fromEntries(names) }
}

/** Reads entitlements as a gateway does. A change has as its cursor how many there were: in a new database they count from 1. */
async function followTopic(kafka: Kafka, topic: string): Promise<{ follower: Follower; leave(): Promise<void> }> {
  const { follower, hear, fail } = hearing()
  const consumer = kafka.consumer({ groupId: `${topic}.demo`, maxWaitTimeInMs: 250 })
  const seen = new Set<string>()
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  consumer.on(consumer.events.CRASH, ({ payload }) => fail(payload.error))
  await consumer.run({
    autoCommit: false,
    async eachMessage({ message: { value } }) {
      if (!value) return // a tombstone
      const entitlement = JSON.parse(`${value}`)
      const change = `${entitlement.accountId}/${entitlement.version}`
      if (seen.has(change)) return // a publisher that began again repeats its last ones
      seen.add(change)
      hear(entitlement, seen.size)
    },
  })
  return { follower, leave: () => consumer.disconnect() }
}

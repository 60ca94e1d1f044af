import { setTimeout as delay } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import type { KafkaSettings, TopicWord } from '../../config.ts'
import type { Kafka } from './client.ts'
import { protocolError } from './fault.ts'

/** How a topic is to be. */
export interface TopicPlan {
  word: TopicWord
  name: string
  /** That it is created with. */
  partitions: number
  config: Record<string, string>
}

const DELETE = { 'cleanup.policy': 'delete' }
/** The broker's clock, not a gateway's: an event's time is checked against it, and whoever is wrong poisons nobody. */
const APPENDED = { 'message.timestamp.type': 'LogAppendTime' }
/** The longest request still fits with the headers that say what is wrong with it. */
const ROOMY = { 'max.message.bytes': '2097152' }

/** Every topic; those keyed by account have as many partitions as the work is to be shared by. */
export const topicPlans = ({ topics, partitions }: Pick<KafkaSettings, 'topics' | 'partitions'>): TopicPlan[] => [
  { word: 'requests', name: topics.requests, partitions, config: { ...DELETE, ...APPENDED } },
  { word: 'capacity', name: topics.capacity, partitions: 1, config: DELETE },
  { word: 'entitlements', name: topics.entitlements, partitions, config: { 'cleanup.policy': 'compact' } },
  { word: 'notices', name: topics.notices, partitions, config: DELETE },
  { word: 'dead-letters', name: topics['dead-letters'], partitions: 1, config: { ...DELETE, ...APPENDED, ...ROOMY } },
]

/** Creates the topics that are missing, with as many replicas as the cluster's default says; returns their names. */
export async function createTopics(kafka: Kafka, plans: readonly TopicPlan[]): Promise<string[]> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    const there = new Set(await admin.listTopics())
    const missing = plans.filter(({ name }) => !there.has(name))
    const names = missing.map(({ name }) => name)
    if (missing.length > 0) {
      await admin.createTopics({ topics: missing.map(created), waitForLeaders: false })
      await areLed(admin, names)
    }
    return names
  } finally {
    await admin.disconnect()
  }
}

/** Removes topics, those of them that are there. */
export async function removeTopics(kafka: Kafka, names: readonly string[]): Promise<void> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    const there = await admin.listTopics()
    await admin.deleteTopics({ topics: names.filter((name) => there.includes(name)) })
  } finally {
    await admin.disconnect()
  }
}

const created = ({ name, partitions, config }: TopicPlan) => ({
  topic: name,
  numPartitions: partitions,
  replicationFactor: -1,
  configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
})

const LED_MS = 10_000
const LOOK_MS = 250
/** What brokers say of a topic that was made a moment ago, before word of it has come round and its leaders have begun. */
const NOT_YET = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION']

/** Waits until the leaders of topics answer; kafkajs waits until there are some, and takes the first and last of these for final. */
async function areLed(admin: Admin, topics: readonly string[]): Promise<void> {
  for (const until = Date.now() + LED_MS; ; await delay(LOOK_MS))
    try {
      for (const topic of topics) await admin.fetchTopicOffsets(topic)
      return
    } catch (error) {
      if (Date.now() > until || !NOT_YET.includes(protocolError(error) ?? '')) throw error
    }
}

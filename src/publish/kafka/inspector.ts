import kafkajs from 'kafkajs'
import type { Kafka } from './client.ts'

/** Where the log of a partition begins, and the offset that its next record gets. */
export interface LogBounds {
  partition: number
  low: number
  high: number
}

/** Asks a cluster about itself; each question fails by itself. */
export interface Inspector {
  /** Addresses of the brokers as they tell them to clients. */
  brokers(): Promise<string[]>
  /** Partitions of a topic, each with whether a broker leads it now. */
  partitions(topic: string): Promise<{ partition: number; isLed: boolean }[]>
  config(topic: string, names: readonly string[]): Promise<Record<string, string>>
  bounds(topic: string): Promise<LogBounds[]>
  close(): Promise<void>
}

/** Connects to the first broker that answers. */
export async function openInspector(kafka: Kafka): Promise<Inspector> {
  const admin = kafka.admin()
  try {
    await admin.connect()
  } catch (error) {
    await admin.disconnect()
    throw error
  }
  return {
    async brokers() {
      const { brokers } = await admin.describeCluster()
      return brokers.map(({ host, port }) => `${host}:${port}`)
    },
    async partitions(topic) {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      return topics[0]!.partitions.map(({ partitionId: partition, leader }) => ({ partition, isLed: leader >= 0 }))
    },
    async config(topic, names) {
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: [...names] }],
      })
      return Object.fromEntries(resources[0]!.configEntries.map((one) => [one.configName, one.configValue]))
    },
    async bounds(topic) {
      const offsets = await admin.fetchTopicOffsets(topic)
      return offsets
        .map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
        .sort((one, other) => one.partition - other.partition)
    },
    close: () => admin.disconnect(),
  }
}

import { randomUUID } from 'node:crypto'
import type { KafkaMessage } from 'kafkajs'
import type { Kafka } from '../../../src/publish/kafka/client.ts'

/** A record and where it lies. */
export type Placed = KafkaMessage & { partition: number }

/** Every record that a topic has now, each partition in order of offsets; of transactions only what was committed. */
export async function wholeTopic(kafka: Kafka, topic: string): Promise<Placed[]> {
  const admin = kafka.admin()
  await admin.connect()
  const ends = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)]))
  await admin.disconnect()
  for (const [partition, high] of ends) if (high === 0) ends.delete(partition)
  const records = new Map<number, Placed[]>()
  const consumer = kafka.consumer({ groupId: `test-${randomUUID()}`, maxWaitTimeInMs: 50 })
  const { promise: isRead, resolve: done } = Promise.withResolvers<void>()
  const reached = (partition: number, offset: number) => {
    if (offset + 1 >= (ends.get(partition) ?? 0)) ends.delete(partition)
    if (ends.size === 0) done()
  }
  if (ends.size === 0) done()
  // kafkajs passes over a batch in which nothing is left but the ends of transactions without a call of eachBatch.
  consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload: { batchSize, partition, lastOffset } }) => {
    if (batchSize === 0 && lastOffset !== null) reached(partition, Number(lastOffset))
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachBatch: async ({ batch }) => {
      const { partition, messages } = batch
      const own = records.get(partition) ?? []
      const known = Number(own.at(-1)?.offset ?? -1)
      for (const one of messages) if (Number(one.offset) > known) own.push({ ...one, partition })
      records.set(partition, own)
      reached(partition, Number(batch.lastOffset()))
    },
  })
  await isRead
  await consumer.disconnect()
  return [...records].sort(([one], [other]) => one - other).flatMap(([, own]) => own)
}

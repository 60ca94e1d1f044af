import { randomUUID } from 'node:crypto'
import type { KafkaMessage } from 'kafkajs'
import type { Kafka } from '../../../src/publish/kafka/client.ts'

/** Reads a topic from its beginning, like a gateway. */
export interface TopicReader {
  records: KafkaMessage[]
  /** Resolves when what was read satisfies the condition; it must come to that. */
  until(is: (records: KafkaMessage[]) => boolean): Promise<void>
  close(): Promise<void>
}

export async function readTopic(kafka: Kafka, topic: string): Promise<TopicReader> {
  const consumer = kafka.consumer({ groupId: `test-${randomUUID()}`, maxWaitTimeInMs: 50 })
  const records: KafkaMessage[] = []
  const looking = new Set<() => void>()
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachBatch: async ({ batch }) => {
      records.push(...batch.messages)
      for (const look of [...looking]) look()
    },
  })
  return {
    records,
    until: (is) =>
      new Promise((done) => {
        const look = () => {
          if (!is(records)) return
          looking.delete(look)
          done()
        }
        looking.add(look)
        look()
      }),
    close: () => consumer.disconnect(),
  }
}

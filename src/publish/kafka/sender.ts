import { type Message, Partitioners, type RecordMetadata } from 'kafkajs'
import type { Kafka } from './client.ts'

/** Sends single messages; each is kept by all replicas when it returns. */
export interface Sender {
  send(topic: string, message: Message): Promise<RecordMetadata>
  close(): Promise<void>
}

export async function openSender(kafka: Kafka): Promise<Sender> {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner, // murmur2 of the key, as every client of Kafka
    allowAutoTopicCreation: false,
  })
  await producer.connect()
  return {
    send: async (topic, message) => (await producer.send({ topic, acks: -1, messages: [message] }))[0]!,
    close: () => producer.disconnect(),
  }
}

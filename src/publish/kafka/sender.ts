import { type Message, Partitioners, type RecordMetadata } from 'kafkajs'
import type { Kafka } from './client.ts'

/** Sends messages; each is kept by all replicas when it returns. */
export interface Sender {
  send(topic: string, message: Message): Promise<RecordMetadata>
  /** Sends some in their order. */
  sendAll(topic: string, messages: readonly Message[]): Promise<void>
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
    async sendAll(topic, messages) {
      await producer.send({ topic, acks: -1, messages: [...messages] })
    },
    close: () => producer.disconnect(),
  }
}

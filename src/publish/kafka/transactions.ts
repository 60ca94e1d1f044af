import { type Message, Partitioners } from 'kafkajs'
import type { Kafka } from './client.ts'

/** Batches that the brokers take whole or not at all, in order, and only from the last who began under their name. */
export interface Transactions {
  /** Ends whatever an earlier process has begun under the same name. */
  begin(): Promise<void>
  /** Returns when the brokers have all of it. */
  send(topicMessages: readonly { topic: string; messages: Message[] }[]): Promise<void>
  close(): Promise<void>
}

/** So long after a process died in the middle of a batch, readers of committed messages may wait if nobody follows it. */
const TIMEOUT_MS = 10_000

/**
 * A producer under a name. The brokers may still be writing the end of the last batch when the next one comes, and answer
 * "concurrent transactions" or "coordinator is loading": both pass within milliseconds, so it is tried again soon. After a send that
 * failed for good a producer is of no use any more, since its sequence numbers have a hole: close it and begin anew.
 */
export function openTransactions(kafka: Kafka, transactionalId: string): Transactions {
  const producer = kafka.producer({
    transactionalId,
    transactionTimeout: TIMEOUT_MS,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner, // murmur2 of the key, as every client of Kafka
    retry: { initialRetryTime: 2 },
  })
  return {
    async begin() {
      await producer.connect()
      const empty = await producer.transaction()
      await empty.abort()
    },
    async send(topicMessages) {
      const transaction = await producer.transaction()
      await transaction.sendBatch({ acks: -1, topicMessages: [...topicMessages] })
      await transaction.commit()
    },
    close: () => producer.disconnect(),
  }
}

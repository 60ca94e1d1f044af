import { type Message, Partitioners } from 'kafkajs'
import { decode } from '../../../src/decode/decode.ts'
import type { Kafka } from '../../../src/publish/kafka/client.ts'

const SOME = 500

/** A record for the topic of requests, where it is to lie. */
export type Request = Message & { partition: number; value: string }

/** Lines of a log as gateways write them: keyed by account; what cannot be read lies anywhere. */
export function requestsOf(lines: readonly string[], partitions: number): Request[] {
  const partitionOf = Partitioners.DefaultPartitioner()
  const metadata = Array.from({ length: partitions }, (_, partitionId) => ({
    ...{ partitionId, leader: 1, partitionErrorCode: 0, replicas: [], isr: [] },
  }))
  return lines.map((value, index) => {
    const { event } = decode(Buffer.from(value))
    if (!event) return { key: null, value, partition: index % partitions }
    const message = { key: event.accountId, value }
    return { ...message, partition: partitionOf({ topic: '', partitionMetadata: metadata, message }) }
  })
}

/** Writes records in their order, each once, whatever answers of the broker are lost. */
export async function produce(kafka: Kafka, topic: string, requests: readonly Request[]): Promise<void> {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: true,
    maxInFlightRequests: 1,
  })
  await producer.connect()
  for (let from = 0; from < requests.length; from += SOME)
    await producer.send({ topic, acks: -1, messages: requests.slice(from, from + SOME) })
  await producer.disconnect()
}

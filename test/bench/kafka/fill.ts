import { Partitioners } from 'kafkajs'
import type { Kafka } from '../../../src/publish/kafka/client.ts'
import type { Line } from './traffic.ts'

const SEND = 2000

/** Writes so many of these lines to a topic, each where its key belongs; returns the bytes of an average value. */
export async function fill(kafka: Kafka, topic: string, lines: Iterator<Line>, count: number): Promise<number> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, maxInFlightRequests: 1 })
  await producer.connect()
  let bytes = 0
  for (let left = count; left > 0; left -= SEND) {
    const messages: Line[] = Array.from({ length: Math.min(SEND, left) }, () => lines.next().value)
    for (const { value } of messages) bytes += Buffer.byteLength(value)
    await producer.send({ topic, acks: 1, messages })
  }
  await producer.disconnect()
  return Math.round(bytes / count)
}

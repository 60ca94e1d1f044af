import { randomUUID } from 'node:crypto'
import type { Kafka } from '../../../src/publish/kafka/client.ts'

/** A consumer that only reads the JSON of every record of a topic: events a second, its joining left out. */
export async function floor(kafka: Kafka, topic: string, events: number): Promise<number> {
  const consumer = kafka.consumer({ groupId: `floor-${randomUUID()}` })
  let read = 0
  let started = 0
  let accounts = 0
  const rate = new Promise<number>((done) => {
    const eachBatch = async ({ batch }: { batch: { messages: { value: Buffer | null }[] } }) => {
      started ||= performance.now()
      for (const { value } of batch.messages) if (JSON.parse(value!.toString()).accountId) accounts++
      read += batch.messages.length
      if (read === events) done((accounts * 1000) / (performance.now() - started))
    }
    void consumer
      .connect()
      .then(() => consumer.subscribe({ topic, fromBeginning: true }))
      .then(() => consumer.run({ autoCommit: false, eachBatch }))
  })
  const measured = await rate
  await consumer.disconnect()
  return measured
}

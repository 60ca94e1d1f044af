import { setTimeout as delay } from 'node:timers/promises'
import { Partitioners } from 'kafkajs'
import type { Kafka } from '../../src/publish/kafka/client.ts'
import type { Sent } from './records.ts'

const SOME = 500
const AGAIN_MS = 250
const LOOK_MS = 20

/** The header that names a piece of garbage, so that it is known again in the log. */
export const GARBAGE = 'garbage'

/**
 * Sends records at full speed, in their order, up to where they may come by now; what may be lost is sent again, as a gateway does.
 */
export async function produceAll(
  kafka: Kafka,
  topic: string,
  records: readonly Sent[],
  released: () => number,
  signal: AbortSignal,
): Promise<void> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, maxInFlightRequests: 1 })
  await producer.connect()
  try {
    for (let from = 0; from < records.length; ) {
      const messages = records.slice(from, Math.min(from + SOME, released())).map(messageOf)
      try {
        if (messages.length > 0) await producer.send({ topic, acks: -1, messages })
        else await delay(LOOK_MS)
        from += messages.length
      } catch {
        await delay(AGAIN_MS)
      }
      signal.throwIfAborted()
    }
  } finally {
    await producer.disconnect()
  }
}

const messageOf = ({ key, value, garbage }: Sent) => ({
  key,
  value,
  ...(garbage === undefined ? {} : { headers: { [GARBAGE]: garbage } }),
})

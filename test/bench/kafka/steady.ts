import type { Message, Producer } from 'kafkajs'

const EVERY_MS = 10

/** Produces records at a steady rate until it is stopped; throws in `stop` what went wrong, or if there were too few of them. */
export function steadily(
  producer: Producer,
  topic: string,
  records: Iterator<Message>,
  perSecond: number,
): () => Promise<void> {
  const sent: Promise<unknown>[] = []
  const begun = performance.now()
  let count = 0
  const timer = setInterval(() => {
    const messages: Message[] = []
    for (const due = ((performance.now() - begun) / 1000) * perSecond; count < due; count++) {
      const { value, done } = records.next()
      if (done) return
      messages.push(value)
    }
    if (messages.length > 0) sent.push(producer.send({ topic, acks: -1, messages }))
  }, EVERY_MS)
  return async () => {
    clearInterval(timer)
    await Promise.all(sent)
  }
}

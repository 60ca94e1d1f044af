import { setImmediate } from 'node:timers/promises'
import type { KafkaMessage } from 'kafkajs'
import type { DeadLetter } from '../../account.ts'
import type { ScoredEvent } from '../../classify/scoreEvent.ts'

/** Others get their turn after so many records. */
const TURN = 128

/** Reads records of a partition, and lets heartbeats and commits have their turn meanwhile. */
export async function readRecords(
  messages: readonly KafkaMessage[],
  read: (message: KafkaMessage) => ScoredEvent | DeadLetter,
): Promise<{ events: ScoredEvent[]; deadLetters: DeadLetter[] }> {
  const events: ScoredEvent[] = []
  const deadLetters: DeadLetter[] = []
  for (const [index, message] of messages.entries()) {
    if (index % TURN === TURN - 1) await setImmediate()
    const one = read(message)
    if ('reason' in one) deadLetters.push(one)
    else events.push(one)
  }
  return { events, deadLetters }
}

import { setImmediate } from 'node:timers/promises'
import type { KafkaMessage } from 'kafkajs'
import type { DeadLetter } from '../../account.ts'
import type { ScoredEvent } from '../../classify/scoreEvent.ts'

/** Others get their turn after so many milliseconds. Records are read faster than they are committed, so that a commit finds many. */
const TURN = 5

/** Reads records of a partition, and lets heartbeats and commits have their turn meanwhile. */
export async function readRecords(
  messages: readonly KafkaMessage[],
  read: (message: KafkaMessage) => ScoredEvent | DeadLetter,
): Promise<{ events: ScoredEvent[]; deadLetters: DeadLetter[] }> {
  const events: ScoredEvent[] = []
  const deadLetters: DeadLetter[] = []
  let begun = performance.now()
  for (const message of messages) {
    if (performance.now() - begun > TURN) {
      await setImmediate()
      begun = performance.now()
    }
    const one = read(message)
    if ('reason' in one) deadLetters.push(one)
    else events.push(one)
  }
  return { events, deadLetters }
}

import { followCapacity } from '../consume/kafka/capacity.ts'
import { type Db, transaction } from '../db.ts'
import { saveCapacity } from '../persist/capacity.ts'
import { saveDeadLetters } from '../persist/deadLetters.ts'
import type { Cluster } from './kafka.ts'

/** Stores what gateways say on the topic of capacity, and what is none as dead letters; returns how to stop that. */
export const followCapacityTopic = (
  db: Db,
  { kafka, settings: { topics } }: Pick<Cluster, 'kafka' | 'settings'>,
  clock: (() => number) | undefined,
  failed: (error: unknown) => void,
): (() => Promise<void>) =>
  followCapacity({
    kafka,
    topic: topics.capacity,
    group: `${topics.capacity}.consumer`,
    clock,
    failed,
    save: (reports, refused) =>
      transaction(db, async (tx) => {
        await saveCapacity(tx, reports)
        await saveDeadLetters(tx, refused)
      }),
  })

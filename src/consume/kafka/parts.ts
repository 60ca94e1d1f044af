import type { KafkaMessage } from 'kafkajs'
import type { DeadLetter, LogPosition } from '../../account.ts'
import type { ScoredEvent } from '../../classify/scoreEvent.ts'
import type { Sourced, Taken } from '../commit.ts'
import type { Turn } from '../commitQueue.ts'
import type { Bounds } from './holdings.ts'

/** What the source needs of the rest. */
export interface KafkaSourceParts {
  topic: string
  /** How many partitions the topic has to have. */
  partitions: number
  bounds(): Promise<Bounds[]>
  /** Takes partitions from whoever had them; where no position is known it is `low`. */
  take(logs: readonly Bounds[]): Promise<{ partition: number; epoch: number; nextOffset: number }[]>
  /** Scores what a record holds. */
  read(message: KafkaMessage, partition: number): ScoredEvent | DeadLetter
  commit(parts: readonly Sourced[], position: LogPosition, turn: Turn): Promise<Taken[]>
  /** What was remembered of accounts from elsewhere may not be true any more. */
  keepOnly(sources: readonly string[]): void
  /** Tells what becomes of it. */
  told: {
    rebalanced(): void
    fenced(): void
    /** A commit failed and will be tried again. */
    notCommitted(): void
    committed(taken: readonly Taken[], deadLetters: number): void
    stopped(partition: number, why: string): void
    failed(error: unknown): void
  }
}

/** The consumer that is at work, as far as it is told where to read. */
export interface Reader {
  seek(partition: number, offset: number): void
  pause(partitions: readonly number[]): void
  resume(partitions: readonly number[]): void
}

import { type DeadLetter, Fenced } from '../../account.ts'
import type { ScoredEvent } from '../../classify/scoreEvent.ts'
import { greatestTimeOf, type Taken } from '../commit.ts'
import { Dropped, type Turn } from '../commitQueue.ts'
import type { Held, Holdings } from './holdings.ts'
import type { KafkaSourceParts } from './parts.ts'

/** Records of a partition that are taken together. */
export interface LogJob {
  events: readonly ScoredEvent[]
  size: number
  holdings: Holdings
  held: Held
  from: number
  to: number
  loggedAt: number | undefined
  deadLetters: readonly DeadLetter[]
}

/** What accounts of a partition have as their source. */
export const sourceOf = (topic: string, partition: number): string => `${topic}/${partition}`

/** Commits jobs with the positions that they bring about. Throws Fenced where a partition is not ours any more. */
export async function commitJobs(
  jobs: readonly LogJob[],
  turn: Turn,
  { topic, commit, told }: Pick<KafkaSourceParts, 'topic' | 'commit' | 'told'>,
): Promise<Taken[]> {
  const moves = [...Map.groupBy(jobs, ({ held }) => held)].map(([{ partition, epoch }, own]) => ({
    ...{ partition, epoch, from: own[0]!.from, to: own.at(-1)!.to },
    greatestTime: greatestTimeOf(own.flatMap(({ events }) => events)),
  }))
  const parts = jobs.map(({ held: { partition }, events }) => ({ source: sourceOf(topic, partition), events }))
  const deadLetters = jobs.flatMap((job) => job.deadLetters)
  try {
    return await commit(parts, { topic, moves, deadLetters }, turn)
  } catch (error) {
    if (error instanceof Fenced) told.fenced()
    else if (!(error instanceof Dropped)) told.notCommitted()
    throw error
  }
}

/** A partition that this worker holds. */
export interface Held {
  readonly partition: number
  readonly epoch: number
  /** The position: the first offset that PostgreSQL has not taken. */
  taken: number
  /** The first offset that has not been handed to the commits. */
  accepted: number
  /** Milliseconds: when the log took the last record that was taken; undefined before one was. */
  loggedAt?: number
}

/** Where the log of a partition begins, and the offset that its next record gets. */
export interface Bounds {
  partition: number
  low: number
  high: number
}

const MEND = 'restore the log, or go on at its beginning with "lanekeeper doctor --accept-gap"'

/** What is wrong with a position that its log does not hold, and what to do; undefined if it does. */
export function gapOf(position: number, { low, high }: Bounds): string | undefined {
  if (position < low)
    return `the log begins at ${low}, the position is ${position}: events were deleted before they were read; ${MEND}`
  if (position > high)
    return `the log ends at ${high}, the position is ${position}: it was made anew or lost its end; ${MEND}`
  return undefined
}

/** The partitions of one assignment. Whatever ends it, a rebalance or a failed commit, makes another of it. */
export class Holdings {
  readonly assigned: readonly number[]
  readonly held: Map<number, Held> = new Map()
  /** Partitions that are not read, and why. */
  readonly stopped: Map<number, string> = new Map()
  /** Everything that is assigned is held or stopped. */
  isComplete = false
  isOver = false

  constructor(assigned: readonly number[]) {
    this.assigned = assigned
  }
}

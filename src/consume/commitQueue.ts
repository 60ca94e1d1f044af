import type { ScoredEvent } from '../classify/scoreEvent.ts'
import type { Taken } from './commit.ts'

/** How much may wait, and how much one commit takes, in events. */
export interface QueueLimits<J> {
  waiting: number
  commit: number
  /** Whether two jobs that follow each other concern different accounts: a commit that is large enough ends rather there. */
  areApart?(one: J, next: J): boolean
}

/** The share of what a commit may take that is large enough. */
const ENOUGH = 1 / 4

/** Events that come together, and are committed together. */
export interface Job {
  events: readonly ScoredEvent[]
  /** How much of the room it takes. */
  size: number
}

interface Waiting<J> {
  job: J
  done(taken: Taken[]): void
  failed(error: unknown): void
}

/** The turn of a commit among others: it may be made ready while the one before it is still being written. */
export interface Turn {
  /** Waits until the commit before is done. Throws Dropped where that has failed, or what waited was given up. */
  mine(): Promise<void>
  /** What is to be written is on its way: the next one may be made ready. */
  begun(): void
}

/** What waited was given up: it has to come again. */
export class Dropped extends Error {
  override name = 'Dropped'
}

/**
 * Jobs that arrive while a commit runs are taken together by the next one, so that a busy process writes few, fat transactions.
 * One commit is written at a time; it takes all of its jobs or none. A commit that uses its turn is made ready beside the one that is
 * being written, and ends with it if that fails.
 */
export class CommitQueue<J extends Job> {
  readonly #commit: (jobs: readonly J[], turn: Turn) => Promise<Taken[]>
  readonly #limits: QueueLimits<J>
  #queue: Waiting<J>[] = []
  #waiting = 0
  #running: Promise<void> | undefined
  /** The commit that was taken last. */
  #last: Promise<void> = Promise.resolve()
  /** How often a commit has failed or what waited was given up: whoever was taken before may not be written any more. */
  #breaks = 0
  #eased: (() => void)[] = []

  constructor(commit: (jobs: readonly J[], turn: Turn) => Promise<Taken[]>, limits: QueueLimits<J>) {
    this.#commit = commit
    this.#limits = limits
  }

  /** Events that wait or are being committed. */
  get waiting(): number {
    return this.#waiting
  }

  /** Whether so much more may wait; where nothing does, one job may, however large it is. */
  hasRoomFor(size: number): boolean {
    return this.#waiting === 0 || this.#waiting + size <= this.#limits.waiting
  }

  /** Resolves after the next commit is done, or what waits is dropped. */
  eased(): Promise<void> {
    return new Promise((done) => this.#eased.push(done))
  }

  /** What became of each event, once it is committed. Throws what the commit failed with, or Dropped. */
  push(job: J): Promise<Taken[]> {
    this.#waiting += job.size
    return new Promise((done, failed) => {
      this.#queue.push({ job, done, failed })
      this.#running ??= this.#run()
    })
  }

  /** Gives up what waits, for a commit or for its turn; what is being written goes on. */
  drop(): void {
    this.#breaks++
    const queue = this.#queue.splice(0)
    for (const { job } of queue) this.#waiting -= job.size
    for (const { failed } of queue) failed(new Dropped())
    this.#ease()
  }

  /** Returns when everything that was pushed has been committed, or has failed. */
  async drained(): Promise<void> {
    while (this.#running || this.#waiting > 0) {
      await this.#running
      await this.#last
    }
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const before = this.#last
      const breaks = this.#breaks
      const { promise: next, resolve: begun } = Promise.withResolvers<void>()
      const mine = async () => {
        await before
        if (breaks !== this.#breaks) throw new Dropped()
      }
      this.#last = this.#commitSome(this.#take(), { mine, begun }).finally(begun)
      await next
    }
    this.#running = undefined // in the same breath as the last look at the queue, so that no job is left behind
  }

  async #commitSome(some: readonly Waiting<J>[], turn: Turn): Promise<void> {
    try {
      const taken = await this.#commit(
        some.map(({ job }) => job),
        turn,
      )
      let from = 0
      for (const { job, done } of some) {
        done(taken.slice(from, from + job.events.length))
        from += job.events.length
      }
    } catch (error) {
      this.#breaks++
      for (const { failed } of some) failed(error)
    }
    this.#waiting -= some.reduce((sum, { job }) => sum + job.size, 0)
    this.#ease()
  }

  #ease(): void {
    for (const done of this.#eased.splice(0)) done()
  }

  /** The jobs of the next commit, at least one. */
  #take(): Waiting<J>[] {
    const { commit, areApart } = this.#limits
    let count = 0
    let size = 0
    let whole = 0
    for (const { job } of this.#queue) {
      const last = this.#queue[count - 1]?.job
      if (last && size >= ENOUGH * commit && areApart?.(last, job)) whole = count
      size += job.size
      if (count > 0 && size > commit) break
      count++
    }
    return this.#queue.splice(0, whole || count)
  }
}

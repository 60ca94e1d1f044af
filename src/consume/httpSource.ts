import type { ScoredEvent } from '../classify/scoreEvent.ts'
import type { Taken } from './commit.ts'
import { CommitQueue, type Job, type QueueLimits } from './commitQueue.ts'

/** The queue is full: come back later. */
export class QueueFull extends Error {
  override name = 'QueueFull'
}

/** The events that come in over HTTP. A post is answered when the commit that holds it is done. */
export class HttpSource {
  readonly #queue: CommitQueue<Job>

  constructor(
    commit: (events: readonly ScoredEvent[]) => Promise<Taken[]>,
    limits: QueueLimits<Job> = { waiting: 50_000, commit: 1_000 },
  ) {
    this.#queue = new CommitQueue((posts) => commit(posts.flatMap(({ events }) => events)), limits)
  }

  /** Events that wait or are being committed. */
  get waiting(): number {
    return this.#queue.waiting
  }

  /** What became of each event, once it is committed. Throws QueueFull, or what the commit failed with. */
  accept(events: readonly ScoredEvent[]): Promise<Taken[]> {
    return this.#queue.hasRoomFor(events.length)
      ? this.#queue.push({ events, size: events.length })
      : Promise.reject(new QueueFull())
  }

  /** Returns when everything that was accepted has been answered. */
  drained(): Promise<void> {
    return this.#queue.drained()
  }
}

import type { ScoredEvent } from '../classify/scoreEvent.ts'
import type { Taken } from './commit.ts'

/** How many events may wait, and how many one commit takes. */
export interface QueueLimits {
  waiting: number
  commit: number
}

interface Post {
  events: readonly ScoredEvent[]
  done(taken: Taken[]): void
  failed(error: unknown): void
}

/** The queue is full: come back later. */
export class QueueFull extends Error {
  override name = 'QueueFull'
}

/**
 * The events that come in over HTTP. Posts that arrive while a commit runs are taken together by the next one, so that a busy
 * server writes few, fat transactions; a post is answered when the commit that holds it is done. One commit runs at a time.
 */
export class HttpSource {
  readonly #commit: (events: readonly ScoredEvent[]) => Promise<Taken[]>
  readonly #limits: QueueLimits
  #posts: Post[] = []
  #waiting = 0
  #running: Promise<void> | undefined

  constructor(
    commit: (events: readonly ScoredEvent[]) => Promise<Taken[]>,
    limits: QueueLimits = { waiting: 50_000, commit: 1_000 },
  ) {
    this.#commit = commit
    this.#limits = limits
  }

  /** Events that wait or are being committed. */
  get waiting(): number {
    return this.#waiting
  }

  /** What became of each event, once it is committed. Throws QueueFull, or what the commit failed with. */
  accept(events: readonly ScoredEvent[]): Promise<Taken[]> {
    if (this.#waiting > 0 && this.#waiting + events.length > this.#limits.waiting)
      return Promise.reject(new QueueFull())
    this.#waiting += events.length
    return new Promise((done, failed) => {
      this.#posts.push({ events, done, failed })
      this.#running ??= this.#run()
    })
  }

  /** Returns when everything that was accepted has been answered. */
  async drained(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #run(): Promise<void> {
    while (this.#posts.length > 0) {
      const posts = this.#take()
      const events = posts.flatMap((post) => post.events)
      try {
        const taken = await this.#commit(events)
        for (const post of posts) post.done(taken.splice(0, post.events.length))
      } catch (error) {
        for (const post of posts) post.failed(error)
      }
      this.#waiting -= events.length
    }
    this.#running = undefined // in the same breath as the last look at the queue, so that no post is left behind
  }

  /** The posts of the next commit, at least one. */
  #take(): Post[] {
    let count = 0
    let events = 0
    for (const post of this.#posts) {
      events += post.events.length
      if (count > 0 && events > this.#limits.commit) break
      count++
    }
    return this.#posts.splice(0, count)
  }
}

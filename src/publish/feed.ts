import type { Writable } from 'node:stream'
import type { Change, DropReason, Farewell } from './serverSent.ts'
import { Subscriber } from './subscriber.ts'

/** Milliseconds, and how many may follow. */
export interface FeedLimits {
  subscribers: number
  /** A subscriber that takes nothing for so long is dropped. */
  stallMs: number
  /** How long a dropped one has to hear why. */
  lingerMs: number
  heartbeatMs: number
  /** How often to look for what a relay in another process gave a cursor. */
  pollMs: number
  /** When a client that lost its stream should come back. */
  retryMs: number
}

/** What the feed needs of the rest. */
export interface Feeding {
  /** Changes behind a cursor, in order. */
  read(since: number, most: number): Promise<Change[]>
  /** A subscriber was let go. */
  dropped(reason: DropReason, who: string, since: number): void
  failed(error: unknown): void
}

/** Who follows: `isAllowed` is asked again with every heartbeat. */
export interface Follower {
  who: string
  since: number
  isAllowed(): Promise<boolean>
}

const LIMITS: FeedLimits = {
  subscribers: 1000,
  stallMs: 10_000,
  lingerMs: 1000,
  heartbeatMs: 15_000,
  pollMs: 1000,
  retryMs: 1000,
}

/** Serves the feed to whoever follows it. Its timers run while somebody does. */
export class Feed {
  readonly #feeding: Feeding
  readonly #limits: FeedLimits
  readonly #followers = new Map<Subscriber, Follower>()
  /** Reads of this wake by cursor: most subscribers stand at the same one. */
  readonly #reads = new Map<number, Promise<Change[]>>()
  #timers: NodeJS.Timeout[] = []
  #isClosing = false

  constructor(feeding: Feeding, limits: Partial<FeedLimits> = {}) {
    this.#feeding = feeding
    this.#limits = { ...LIMITS, ...limits }
  }

  get subscribers(): number {
    return this.#followers.size
  }

  /** Whether no more may follow now. */
  get isFull(): boolean {
    return this.#isClosing || this.#followers.size >= this.#limits.subscribers
  }

  /** Writes to `out` every change behind the follower's cursor, now and as they come, until it closes. */
  follow(out: Writable, follower: Follower): void {
    const { stallMs, retryMs } = this.#limits
    const subscriber: Subscriber = new Subscriber(out, follower.since, {
      read: (since, most) => this.#read(since, most),
      stallMs,
      retryMs,
      stalled: () => this.#drop(subscriber, 'too_slow'),
      failed: (error) => this.#feeding.failed(error),
    })
    this.#followers.set(subscriber, follower)
    out.once('close', () => this.#forget(subscriber))
    if (this.#isClosing) this.#end(subscriber, { event: 'closing', retryMs })
    else if (out.destroyed) this.#forget(subscriber)
    else {
      if (this.#timers.length === 0) this.#tick()
      subscriber.wake()
    }
  }

  /** There may be something new. */
  wake(): void {
    this.#reads.clear() // a read that has begun may have missed it
    for (const subscriber of this.#followers.keys()) subscriber.wake()
  }

  /** One heartbeat: whoever may no longer follow is let go. */
  async beat(): Promise<void> {
    await Promise.all(
      [...this.#followers].map(async ([subscriber, { isAllowed }]) => {
        const isStill = await isAllowed().catch((error) => {
          this.#feeding.failed(error)
          return true // who cannot be asked about is not sent away for that
        })
        if (isStill) subscriber.beat()
        else this.#drop(subscriber, 'key_revoked')
      }),
    )
  }

  /** Says goodbye to everyone, with a hint when to come back. */
  close(): void {
    this.#isClosing = true
    for (const subscriber of [...this.#followers.keys()])
      this.#end(subscriber, { event: 'closing', retryMs: this.#limits.retryMs })
  }

  /** Changes behind a cursor; who asks for the same as another gets the same. */
  #read(since: number, most: number): Promise<Change[]> {
    const begun = this.#reads.get(since)
    if (begun) return begun
    const read = this.#feeding.read(since, most)
    this.#reads.set(since, read)
    const over = () => {
      if (this.#reads.get(since) === read) this.#reads.delete(since)
    }
    read.then(over, over)
    return read
  }

  #drop(subscriber: Subscriber, reason: DropReason): void {
    const follower = this.#followers.get(subscriber)
    if (!follower) return
    this.#feeding.dropped(reason, follower.who, subscriber.since)
    this.#end(subscriber, { event: 'dropped', reason }, this.#limits.lingerMs)
  }

  #end(subscriber: Subscriber, last: Farewell, lingerMs?: number): void {
    subscriber.end(last, lingerMs)
    this.#forget(subscriber)
  }

  #forget(subscriber: Subscriber): void {
    this.#followers.delete(subscriber)
    if (this.#followers.size > 0) return
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers = []
  }

  #tick(): void {
    const { pollMs, heartbeatMs } = this.#limits
    this.#timers = [setInterval(() => this.wake(), pollMs), setInterval(() => void this.beat(), heartbeatMs)]
  }
}

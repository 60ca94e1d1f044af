import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '../../src/db.ts'

const LOOK_MS = 20
/** Without any progress for so long a run is given up. */
const STUCK_MS = 120_000
/** What happens so soon after the last progress is what a pause comes from. */
const SOON_MS = 1000
/** A pause of so long is told. */
const LONG_MS = 5000

/** A stretch in which no position moved, milliseconds, and what had happened last when it began. */
export interface Pause {
  ms: number
  after: string
}

/** Watches the positions in PostgreSQL: how far the workers have come. */
export class Progress {
  /** Records that are taken. */
  taken = 0
  /** Sum of the epochs of all partitions. */
  epochs = 0
  longest: Pause = { ms: 0, after: '' }
  readonly begun = performance.now()
  readonly #db: Db
  readonly #topic: string
  readonly #print: (line: string) => void
  readonly #signal: AbortSignal
  #moved = performance.now()
  #last = 'the start'
  #after = 'the start'

  constructor(db: Db, topic: string, print: (line: string) => void, signal: AbortSignal) {
    this.#db = db
    this.#topic = topic
    this.#print = print
    this.#signal = signal
  }

  /** Milliseconds without progress, until now. */
  get still(): number {
    return performance.now() - this.#moved
  }

  get seconds(): number {
    return (performance.now() - this.begun) / 1000
  }

  tells(what: string): void {
    this.#print(`${this.seconds.toFixed(1).padStart(6)} s: ${what}`)
  }

  /** Notes and tells what happens, to be named beside a pause. */
  happens(what: string): void {
    this.tells(`${this.taken} taken: ${what}`)
    this.#last = what
    if (this.still < SOON_MS) this.#after = what
  }

  /** Watches until it is told to end. */
  async watch(): Promise<void> {
    while (!this.#signal.aborted) {
      await this.#look().catch(() => {}) // PostgreSQL is away: no progress
      await delay(LOOK_MS)
    }
  }

  /** Resolves when so many records are taken. */
  async reached(count: number): Promise<void> {
    await this.until(() => this.taken >= count)
  }

  /** Resolves when something holds. Throws once nothing has moved for too long. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.still > STUCK_MS) throw new Error(`nothing has moved for ${STUCK_MS / 1000} s: ${this.taken} are taken`)
      await delay(LOOK_MS, undefined, { signal: this.#signal })
    }
  }

  async #look(): Promise<void> {
    const { rows } = await this.#db.query<{ taken: number; epochs: number }>({
      name: 'chaos/progress',
      text: `
        select coalesce(sum(next_offset), 0)::bigint as taken, coalesce(sum(epoch), 0)::bigint as epochs
        from kafka_positions where topic = $1`,
      values: [this.#topic],
    })
    const { taken, epochs } = rows[0]!
    this.epochs = epochs
    if (taken === this.taken) return
    if (this.taken > 0) this.#note({ ms: this.still, after: this.#after })
    this.taken = taken
    this.#moved = performance.now()
    this.#after = this.#last
  }

  #note(pause: Pause): void {
    if (pause.ms > this.longest.ms) this.longest = pause
    if (pause.ms > LONG_MS) this.tells(`goes on after ${(pause.ms / 1000).toFixed(1)} s, since ${pause.after}`)
  }
}

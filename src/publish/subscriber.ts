import type { Writable } from 'node:stream'
import { type Change, changesText, type Farewell, farewell, greeting, HEARTBEAT } from './serverSent.ts'

/** So many changes are read and written at once. */
const PAGE = 500

/** What a subscriber is served with. */
export interface Serving {
  /** Changes behind a cursor, in order. */
  read(since: number, most: number): Promise<Change[]>
  /** How long it may leave what was written untaken. */
  stallMs: number
  retryMs: number
  /** It took nothing for `stallMs`. */
  stalled(): void
  /** A page could not be read; the next wake tries again. */
  failed(error: unknown): void
}

/**
 * Who follows the feed on one connection. It reads behind its own cursor, and the next page only when the last one was taken, so
 * that a slow one holds one page of memory and holds up nobody else.
 */
export class Subscriber {
  readonly #out: Writable
  readonly #serving: Serving
  #since: number
  #isDue = false
  #isRunning = false
  #isEnded = false

  constructor(out: Writable, since: number, serving: Serving) {
    this.#out = out
    this.#since = since
    this.#serving = serving
    out.on('error', () => {}) // the other side hung up; `close` follows
    out.once('close', () => {
      this.#isEnded = true
    })
    out.write(greeting(serving.retryMs))
  }

  /** The cursor up to which everything was written. */
  get since(): number {
    return this.#since
  }

  /** Reads on; one that is reading already looks once more when it is done. */
  wake(): void {
    this.#isDue = true
    if (!this.#isRunning && !this.#isEnded) void this.#run()
  }

  /** Shows that the line is alive, unless the line is full. */
  beat(): void {
    if (!this.#isEnded && !this.#out.writableNeedDrain) this.#out.write(HEARTBEAT)
  }

  /** Ends the connection with last words; a full one has so long to take them. */
  end(last: Farewell, lingerMs = 0): void {
    if (this.#isEnded) return
    this.#isEnded = true
    const isFull = this.#out.writableNeedDrain
    this.#out.end(farewell(last, this.#since))
    if (!isFull) return
    const timer = setTimeout(() => this.#out.destroy(), lingerMs)
    this.#out.once('close', () => clearTimeout(timer))
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    try {
      while (this.#isDue && !this.#isEnded) {
        this.#isDue = false
        await this.#readOn()
      }
    } catch (error) {
      this.#serving.failed(error)
    }
    this.#isRunning = false
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const changes = await this.#serving.read(this.#since, PAGE)
      if (this.#isEnded || changes.length === 0) return
      this.#since = changes.at(-1)!.cursor
      if (!this.#out.write(changesText(changes)) && !(await this.#isTaken())) return
    }
  }

  /** Whether what was written is taken in time. */
  #isTaken(): Promise<boolean> {
    return new Promise((done) => {
      const settle = (isTaken: boolean) => {
        clearTimeout(timer)
        this.#out.off('drain', drained).off('close', closed)
        done(isTaken)
      }
      const drained = () => settle(true)
      const closed = () => settle(false)
      const timer = setTimeout(() => {
        settle(false)
        if (!this.#isEnded) this.#serving.stalled()
      }, this.#serving.stallMs)
      this.#out.on('drain', drained).on('close', closed)
    })
  }
}

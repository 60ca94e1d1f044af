import { type Leading, type Publishing, startLeading } from './leading.ts'

/**
 * Brings what has a cursor to its topic, in order, at least once. Progress is kept after the brokers have it, so that a crash in
 * between repeats the last messages; whoever reads drops a version that it has seen. A process that was taken for dead and wakes
 * up gets nothing through any more: on a compacted topic its older version would outlive the newer one.
 */
export class Publisher {
  readonly #publishing: Publishing
  #leading: Leading | undefined
  #isDue = false
  #isStopped = false
  #running: Promise<number> | undefined

  constructor(publishing: Publishing) {
    this.#publishing = publishing
  }

  /** Whether this process is the one that publishes. */
  get isLeading(): boolean {
    return this.#leading !== undefined
  }

  /** Publishes soon: all that has its cursor by now is in a run that begins after this call; how many messages went out. */
  wake(): Promise<number> {
    this.#isDue = true
    this.#running ??= this.#run()
    return this.#running
  }

  /** Finishes what goes out now and gives the lead away. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#running?.catch(() => {})
    await this.#resign()
  }

  async #run(): Promise<number> {
    let count = 0
    try {
      while (this.#isDue && !this.#isStopped) {
        this.#isDue = false
        count += await this.#publishAll()
        if (!this.#isDue) await this.#leading?.kept()
      }
      return count
    } catch (error) {
      await this.#resign()
      throw error
    } finally {
      this.#running = undefined // in the same breath as the last look, so that no wake is left behind
    }
  }

  async #publishAll(): Promise<number> {
    this.#leading ??= await this.#takeLead()
    let count = 0
    for (let isMore = true; isMore && this.#leading && !this.#isStopped; ) {
      const some = await this.#leading.publishSome()
      count += some.count
      isMore = some.isMore
    }
    return count
  }

  async #takeLead(): Promise<Leading | undefined> {
    const leading = await startLeading(this.#publishing, () => void this.wake().catch(this.#publishing.failed))
    void leading?.ended.then(() => {
      if (leading === this.#leading && !this.#running) void this.#resign() // a run that goes on will notice
    })
    return leading
  }

  async #resign(): Promise<void> {
    const leading = this.#leading
    this.#leading = undefined
    await leading?.end()
  }
}

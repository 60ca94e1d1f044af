/** What the relay needs of the store. */
export interface Outbox {
  /** Gives committed changes their cursors; how many, or undefined where another relay is at work. */
  relay(most: number): Promise<number | undefined>
}

const BATCH = 1000

/** Gives the feed its cursors and wakes whoever follows it. */
export class Relay {
  readonly #outbox: Outbox
  readonly #listeners = new Set<() => void>()
  #isDue = false
  #running: Promise<void> | undefined

  constructor(outbox: Outbox) {
    this.#outbox = outbox
  }

  /** Relays soon: all that is committed by now is in a run that begins after this call. Runs of one relay never overlap. */
  wake(): Promise<void> {
    this.#isDue = true
    this.#running ??= this.#run()
    return this.#running
  }

  async #run(): Promise<void> {
    try {
      while (this.#isDue) {
        this.#isDue = false
        await this.runOnce()
      }
    } finally {
      this.#running = undefined // in the same breath as the last look, so that no wake is left behind
    }
  }

  /** Relays all that is committed; how many changes there were. */
  async runOnce(): Promise<number> {
    let relayed = 0
    for (;;) {
      const some = await this.#outbox.relay(BATCH)
      relayed += some ?? 0
      if (some !== BATCH) break
    }
    if (relayed > 0) for (const listener of this.#listeners) listener()
    return relayed
  }

  /** Calls back after every batch of changes; returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

/** What the relay needs of the store. */
export interface Outbox {
  /** Gives committed changes their cursors; how many, or undefined where another relay is at work. */
  relay(most: number): Promise<number | undefined>
}

const BATCH = 1000

/** Gives the feed its cursors and wakes whoever follows it.  */
export class Relay {
  readonly #outbox: Outbox
  readonly #listeners = new Set<() => void>()

  constructor(outbox: Outbox) {
    this.#outbox = outbox
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

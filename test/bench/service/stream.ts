import type { GatewayEvent } from '../../../src/decode/event.ts'
import { crowd } from '../../../src/simulate/crowd.ts'
import { simulate } from '../../../src/simulate/simulate.ts'

const SEED = 5

/** Traffic of a crowd as lines in order of time, dealt to lanes so that each account keeps to its own. It does not end. */
export class Stream {
  readonly #lanes: string[][]
  readonly #events: Generator<GatewayEvent>
  #count = 0
  /** The time of the last event that was dealt, in milliseconds. */
  time = 0

  constructor(accounts: number, lanes: number, start: number) {
    this.#lanes = Array.from({ length: lanes }, () => [])
    this.#events = simulate({ seed: SEED, accounts: crowd(SEED, accounts), hours: 24 * 28, start })
  }

  /** The next lines of a lane. */
  take(lane: number, count: number): string[] {
    while (this.#lanes[lane]!.length < count) this.#deal()
    return this.#lanes[lane]!.splice(0, count)
  }

  /** Makes events ahead, so that making them costs nothing while something is measured. */
  prepare(events: number): void {
    const waiting = this.#lanes.reduce((sum, { length }) => sum + length, 0)
    for (let left = events - waiting; left > 0; left--) this.#deal()
  }

  /** Lines one by one, from every lane in turn. */
  *oneByOne(): Generator<string> {
    for (let lane = 0; ; lane = (lane + 1) % this.#lanes.length) yield* this.take(lane, 1)
  }

  #deal(): void {
    const event = this.#events.next().value as GatewayEvent
    const { accountId, time, input } = event
    this.time = time
    const text = `${input!.text} (${++this.#count})` // no two alike
    const line = JSON.stringify({ ...event, time: new Date(time).toISOString(), input: { ...input, text } })
    this.#lanes[Number(accountId.slice('acct-'.length)) % this.#lanes.length]!.push(line)
  }
}

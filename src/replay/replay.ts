import { type AccountState, type Advanced, type Input, initialState, type LedgerEntry } from '../account.ts'
import type { Model } from '../classify/model.ts'
import { scoreEvent } from '../classify/scoreEvent.ts'
import { CommandRefused } from '../decide/refusal.ts'
import { decode, type Refusal } from '../decode/decode.ts'
import { LanekeeperError } from '../errors.ts'
import { type Counts, count, noCounts } from './counts.ts'
import { advanceThrough } from './through.ts'
import type { Timeline } from './timeline.ts'

/** How far behind the greatest event time a tick stays: gateways' clocks and queues may differ by so much (milliseconds). */
export const TICK_BEHIND = 120_000

export interface ReplayOptions {
  model: Model
  timeline: Timeline
  /** Stored commands and ticks by account and ordinal. */
  inputs?: ReadonlyMap<string, ReadonlyMap<number, Input>>
  /** Account time of the closing tick; default: 120 s before the greatest event time. Milliseconds. */
  until?: number | undefined
}

/** What a replay gives back as it goes. */
export interface Sink {
  entry(entry: LedgerEntry): void | Promise<void>
  /** Line numbers count from 1. */
  broken(line: number, refusal: Refusal): void
}

/**
 * A log through the whole path in event time, line by line. Memory grows with the number of accounts, never with the length
 * of the log. Pure but for the lines it is given and the sink it writes to.
 */
export class Replay {
  readonly #options: ReplayOptions
  readonly #sink: Sink
  readonly #accounts = new Map<string, AccountState>()
  readonly counts: Counts = noCounts()
  #greatest = 0
  #line = 0

  constructor(options: ReplayOptions, sink: Sink) {
    this.#options = options
    this.#sink = sink
  }

  get accounts(): ReadonlyMap<string, AccountState> {
    return this.#accounts
  }

  /** One line of the log; an empty one is passed over. */
  async line(bytes: Uint8Array): Promise<void> {
    this.#line++
    if (bytes.every(isBlank)) return
    const { event, refusal } = decode(bytes)
    if (refusal) {
      this.counts.broken++
      return this.#sink.broken(this.#line, refusal)
    }
    this.#greatest = Math.max(this.#greatest, event.time)
    const state = await this.#stored(this.#accounts.get(event.accountId) ?? initialState(event.accountId))
    await this.#advance(state, { kind: 'event', event: scoreEvent(event, this.#options.model) })
  }

  /** The end of the log: stored inputs that came after the last event, then time passes for everyone. */
  async close(): Promise<void> {
    const until = this.#options.until ?? this.#greatest - TICK_BEHIND
    for (const accountId of [...this.#accounts.keys()].sort()) {
      const state = await this.#stored(this.#accounts.get(accountId)!)
      if (until > state.time) await this.#advance(state, { kind: 'tick', at: until })
    }
    for (const [accountId, own] of this.#options.inputs ?? []) {
      const reached = this.#accounts.get(accountId)?.ordinal ?? 0
      const left = [...own.keys()].find((ordinal) => ordinal > reached)
      if (left !== undefined)
        throw misplaced(
          `account ${accountId} has an input of ordinal ${left}, but the log brings it to ${reached} only`,
        )
    }
  }

  /** Puts the stored inputs back that come next for this account. */
  async #stored(state: AccountState): Promise<AccountState> {
    const own = this.#options.inputs?.get(state.accountId)
    let current = state
    for (let next = own?.get(current.ordinal + 1); next; next = own?.get(current.ordinal + 1)) {
      const { ordinal } = current
      current = await this.#advance(current, next)
      if (current.ordinal === ordinal)
        throw misplaced(`the ${next.kind} of ordinal ${ordinal + 1} has no effect on account ${state.accountId}`)
    }
    return current
  }

  async #advance(state: AccountState, input: Input): Promise<AccountState> {
    const advanced = await this.#through(state, input)
    this.#accounts.set(state.accountId, advanced.state)
    count(this.counts, advanced)
    for (const entry of advanced.entries) await this.#sink.entry(entry)
    return advanced.state
  }

  async #through(state: AccountState, input: Input): Promise<Advanced> {
    try {
      return await advanceThrough(state, input, this.#options.timeline, this.#options.model)
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error
      throw misplaced(
        `the command of ordinal ${state.ordinal + 1} of account ${state.accountId} is refused: ${error.message.replace(/\.$/, '')}`,
      )
    }
  }
}

const misplaced = (what: string) =>
  new LanekeeperError('inputs_invalid', what, 'The inputs belong to another log, or to other rules.')

/** Space, tab and carriage return. */
const isBlank = (byte: number) => byte === 32 || byte === 9 || byte === 13

import {
  type AccountState,
  type Advanced,
  type Input,
  initialState,
  type LedgerEntry,
  type ShadowMatch,
} from '../../src/account.ts'
import type { ScoredEvent } from '../../src/classify/scoreEvent.ts'
import type { PersonCommand } from '../../src/decide/commands.ts'
import { advance } from '../../src/pipeline.ts'
import type { Engine } from '../../src/step.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const START = Date.parse('2026-11-02T09:00:00.000Z')

let serial = 0

/** An event whose label is certain, with a text of its own unless `fingerprint` says otherwise. */
export function scored(
  label: 'coding' | 'non_coding' | 'unsure',
  time: number,
  change: Partial<ScoredEvent> & { fingerprint?: string } = {},
): ScoredEvent {
  const { fingerprint, ...rest } = change
  const id = rest.id ?? `req_${++serial}`
  const nonCoding = { coding: 0, non_coding: 1, unsure: 0.5 }[label]
  const score = { nonCoding, evidence: label === 'unsure' ? 0 : 1, fingerprint: fingerprint ?? id, classifier: 'test' }
  return { id, time, accountId: 'dana', plan: 'pro', score, ...rest }
}

/** An account that is driven by a test, with everything that came out of it. */
export class Account {
  state: AccountState
  readonly entries: LedgerEntry[] = []
  readonly shadow: ShadowMatch[] = []
  readonly entitlements: Advanced['entitlements'] = []
  readonly #engine: Engine

  constructor(engine: Engine, accountId = 'dana') {
    this.#engine = engine
    this.state = initialState(accountId)
  }

  async advance(input: Input, engine: Engine = this.#engine): Promise<Advanced> {
    const advanced = await advance(this.state, input, engine)
    this.state = advanced.state
    this.entries.push(...advanced.entries)
    this.shadow.push(...advanced.shadow)
    this.entitlements.push(...advanced.entitlements)
    return advanced
  }

  event = (event: ScoredEvent): Promise<Advanced> => this.advance({ kind: 'event', event })
  tick = (at: number): Promise<Advanced> => this.advance({ kind: 'tick', at })
  command = (command: PersonCommand): Promise<Advanced> => this.advance({ kind: 'command', command })

  /** `count` events of one label from `time` on, one every `every` milliseconds; the time after the last. */
  async send(
    label: 'coding' | 'non_coding' | 'unsure',
    count: number,
    time: number,
    every: number = MINUTE,
  ): Promise<number> {
    for (let i = 0; i < count; i++)
      await this.event(scored(label, time + i * every, { accountId: this.state.accountId }))
    return time + count * every
  }

  /** Files, claims and decides an appeal against a violation; `at` is the reviewer's clock. */
  async appeal(violationId: string, outcome: 'upheld' | 'overturned', at: number): Promise<void> {
    await this.command({ type: 'FileAppeal', violationId, actor: 'gateway:console', commandAt: at })
    const { id } = this.state.enforcement.appeals.at(-1)!
    await this.command({ type: 'ClaimAppeal', appealId: id, actor: 'support:mo', commandAt: at })
    await this.command({
      type: 'DecideAppeal',
      appealId: id,
      outcome,
      reason: 'looked at it',
      actor: 'support:mo',
      commandAt: at,
    })
  }

  get kind(): string {
    return this.state.enforcement.restriction.kind
  }

  get violations() {
    return this.state.enforcement.violations
  }

  types = (): string[] => this.entries.filter((entry) => entry.type !== 'NoticeIssued').map((entry) => entry.type)
}

import type { Classification } from './classify/label.ts'
import { initialSessions, type SessionMemory } from './classify/memory.ts'
import type { ScoredEvent } from './classify/scoreEvent.ts'
import type { Shown, Signal } from './classify/signals/signals.ts'
import type { PersonCommand } from './decide/commands.ts'
import { type Enforcement, initialEnforcement } from './decide/enforcement.ts'
import type { EnforcementEvent, Moment } from './decide/events.ts'
import { initialPlan, type PlanState } from './decide/plan.ts'
import type { Plan } from './decode/event.ts'
import type { Entitlement } from './entitle/entitlement.ts'
import { type Entitled, notEntitled } from './entitle/reissue.ts'
import type { DetectMatch } from './evaluate/match.ts'
import type { Notice } from './explain/notice.ts'
import { noUsage, type Usage } from './window/layout.ts'
import type { Arrival, SeenIds } from './window/seen.ts'

/** All that is known of an account. Plain values; times in milliseconds of account time. */
export interface AccountState {
  accountId: string
  /** Inputs so far. */
  ordinal: number
  /** Ledger entries so far. */
  seq: number
  /** The greatest event time or decided moment seen; 0 before the first. */
  time: number
  plan: PlanState
  sessions: SessionMemory
  usage: Usage
  seen: SeenIds
  enforcement: Enforcement
  /** Shadow rules that hold, so that each is recorded once until it stops. */
  shadow: readonly string[]
  entitled: Entitled
  /** Version of the rule set that the last input was advanced under. */
  rulesVersion: string
}

export const initialState = (accountId: string): AccountState => ({
  accountId,
  ordinal: 0,
  seq: 0,
  time: 0,
  plan: initialPlan,
  sessions: initialSessions,
  usage: noUsage,
  seen: [],
  enforcement: initialEnforcement,
  shadow: [],
  entitled: notEntitled,
  rulesVersion: '',
})

/** A violation that was committed late: the grace runs from the engine's clock (milliseconds). */
export interface LateNotice {
  type: 'LateNotice'
  commandAt: number
}

/**
 * A ban that outlived the erasure of its account: the first input of an account that comes back, right before its first event, of
 * which it has plan and time (milliseconds).
 */
export interface RememberBan {
  type: 'RememberBan'
  plan: Plan
  commandAt: number
}

/** What an account advances by. A tick says that time has passed up to `at`. */
export type Input =
  | { kind: 'event'; event: ScoredEvent }
  | { kind: 'command'; command: PersonCommand | LateNotice | RememberBan }
  | { kind: 'tick'; at: number }

/** The ledger's own words: what was decided, and what the holder was told. */
export type LedgerEvent =
  | EnforcementEvent
  | { type: 'NoticeIssued'; notice: Notice }
  | { type: 'PlanChanged'; from: Plan; to: Plan }

/** One row of the record about an account (DESIGN 4.4). */
export type LedgerEntry = {
  accountId: string
  seq: number
  at: Moment
  actor: string
  rulesVersion: string
  commandAt?: Moment
} & LedgerEvent

/** A shadow rule that began to hold; stands beside the ledger. */
export interface ShadowMatch {
  accountId: string
  at: Moment
  rulesVersion: string
  match: DetectMatch
}

/** What became of an event: counted as evidence, only metered, or of no effect. */
export type EventOutcome = 'evidence' | 'metered' | Exclude<Arrival['kind'], 'new'>

export interface Advanced {
  state: AccountState
  entries: LedgerEntry[]
  shadow: ShadowMatch[]
  /** One for every change in what the gateway must grant, in order. */
  entitlements: Entitlement[]
  /** Set for events. */
  outcome?: EventOutcome
  /** Set for events that were new. */
  classification?: Classification
}

/** An account in bytes, as a store has it and as a process remembers it: states are large, and there are many. */
export interface AccountRow {
  accountId: string
  /** Grows by one with every commit. */
  version: number
  ordinal: number
  seq: number
  time: number
  /** Where its events come from. */
  source: string
  /**
   * The hash of its last ledger entry (32 bytes), where the ids are that it remembers with the last few of them, and its state: one
   * character a byte. A string is one object in V8's heap; a Buffer is three, and memory outside of it that has to be freed.
   */
  bytes: string
  /** Where in it the state begins. */
  stateAt: number
  /** Ids that stand elsewhere. */
  olderIds: SeenIds
}

/** An account as a store has it, and what a commit must find unchanged there. */
export interface StoredAccount {
  state: AccountState
  /** 0: there is nothing stored yet. */
  version: number
  /** What it was read from. */
  row?: AccountRow
  /** Nothing is stored, but it was banned when it was erased: it must be told to remember that before its first event. */
  comesBackBanned?: boolean
}

/** An input besides events, as it is stored for a replay. */
export interface StoredInput {
  accountId: string
  ordinal: number
  input: Exclude<Input, { kind: 'event' }>
}

/** What policy lets a person read of an event's text: masked, short, until a moment (milliseconds of account time). */
export interface Excerpt {
  text: string
  /** what may be said of the request once its label is known */
  shown: Shown
  expiresAt: number
}

/** An excerpt as it is stored, beside the ledger. */
export interface StoredExcerpt extends Omit<Excerpt, 'shown'> {
  accountId: string
  eventId: string
  time: number
  /** what moved the judgement, the weightiest first */
  signals: readonly Signal[]
}

/** What one commit does to one account. */
export interface AccountCommit {
  before: StoredAccount
  after: AccountState
  outcomes: readonly Pick<Advanced, 'entries' | 'entitlements' | 'shadow'>[]
  inputs: readonly StoredInput[]
  excerpts?: readonly StoredExcerpt[]
  /** The next moment at which time alone may change something (milliseconds of account time). */
  dueAt: number | undefined
  /** Where its events came from, whose progress holds its ticks back; left out: where they came from before. */
  source?: string
}

/** A commit as it waits for its transaction, with bytes in the place of states. The rest of it is the store's own business. */
export interface ReadyCommit extends Pick<AccountCommit, 'outcomes'> {
  accountId: string
}

/** How far a source that keeps nothing itself has been read. Milliseconds. */
export interface SourcePosition {
  source: string
  greatestTime: number
}

/** Records of a partition that a commit takes, from the position to the next one, under the epoch of whoever holds the partition. */
export interface PartitionMove {
  partition: number
  epoch: number
  from: number
  to: number
  /** Of their events, in milliseconds; undefined where there is none among them. */
  greatestTime: number | undefined
}

/** The place of a record in a log. */
export interface LogPlace {
  topic: string
  partition: number
  offset: number
}

/** A record that cannot be taken, as it came. */
export interface DeadLetter extends LogPlace {
  key: Buffer | null
  value: Buffer | null
  /** Milliseconds: when the log took it. */
  loggedAt: number
  /** Where in it, and what is wrong there. */
  path: string
  reason: string
}

/** How far the partitions of a log have been taken, and what of it could not be. */
export interface LogPosition {
  topic: string
  moves: readonly PartitionMove[]
  deadLetters: readonly DeadLetter[]
}

export type Position = SourcePosition | LogPosition

/** Somebody else has taken a partition: what was read of it here is not ours to decide. Nothing was written. */
export class Fenced extends Error {
  override name = 'Fenced'
}

/** Where accounts live. */
export interface Accounts {
  /** As they are now; `mayBeOld`: as this process last knew them will do, since `save` finds out. */
  load(ids: readonly string[], mayBeOld?: boolean): Promise<Map<string, StoredAccount>>
  /** What `save` takes; whoever advances many accounts has each made ready at once, so that its states need not wait. */
  ready(commit: AccountCommit): ReadyCommit
  /**
   * Writes everything that commits bring about, and the position, in one transaction. Returns the ids of accounts that somebody
   * else had changed meanwhile: nothing of theirs was written, and they have to be advanced again from what is there now. The
   * position of a source waits for them, so that no tick goes past events that are not written yet; with the position of a log
   * nothing at all is written then, so that a record is taken whole or not. `newest` is the newest rule set that was known; throws
   * RulesSuperseded, with nothing written, where there is a newer one, and Fenced where a partition is not ours any more.
   */
  save(commits: readonly ReadyCommit[], newest: number | undefined, position?: Position): Promise<Set<string>>
}

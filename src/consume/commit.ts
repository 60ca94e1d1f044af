import { setImmediate } from 'node:timers/promises'
import type {
  AccountCommit,
  AccountState,
  Accounts,
  Advanced,
  EventOutcome,
  Excerpt,
  Input,
  Position,
  ReadyCommit,
  StoredAccount,
  StoredExcerpt,
  StoredInput,
} from '../account.ts'
import type { Classification, Label } from '../classify/label.ts'
import type { Model } from '../classify/model.ts'
import type { ScoredEvent } from '../classify/scoreEvent.ts'
import { signalsOf } from '../classify/signals/signals.ts'
import { nextDue } from '../decide/due.ts'
import { type RulesInForce, underNewest } from '../replay/rulesInForce.ts'
import { advanceThrough } from '../replay/through.ts'
import { newestOf, type Timeline } from '../replay/timeline.ts'
import type { Turn } from './commitQueue.ts'

/** A violation that is committed so much later than its event has a late notice. Milliseconds. */
const LATE_COMMIT = 15 * 60_000
/** Checks and the feed get their turn after so many events. */
const TURN = 128
/** So many accounts are read at once: states are large, and cheap as long as few of them are there at a time. */
const PIECE = 256

/** What a commit advances accounts with. */
export interface Committing {
  accounts: Accounts
  rules: RulesInForce
  model: Model
  /** The engine's clock in milliseconds; undefined where the events' own time is the only one (`--clock events`). */
  clock: (() => number) | undefined
  /** What may be kept of events on their way, beside them: the state machine sees none of it. */
  excerpts?: WeakMap<ScoredEvent, Excerpt>
}

/** What became of an event, and how it was labelled if it was new. */
export interface Taken {
  outcome: EventOutcome
  label?: Label
}

/** Events of one source. */
export interface Sourced {
  source: string
  events: readonly ScoredEvent[]
}

/** Commits events of a source that keeps nothing itself. */
export const commitEvents = (
  events: readonly ScoredEvent[],
  source: string,
  committing: Committing,
): Promise<Taken[]> =>
  commitSourced([{ source, events }], { source, greatestTime: greatestTimeOf(events) ?? 0 }, committing)

/** The greatest time among events, undefined where there is none. */
export const greatestTimeOf = (events: readonly ScoredEvent[]): number | undefined =>
  events.length === 0 ? undefined : events.reduce((most, { time }) => Math.max(most, time), 0)

/**
 * Advances the accounts of many events and writes it all in one transaction, with the position that they bring about. Events of
 * one account are taken in their order. An account that somebody else changed meanwhile is advanced again from what is there now;
 * where a rule set was promoted meanwhile all of them are, under that. Returns what became of each event, in the order given. With a
 * turn the accounts are advanced beforehand, from what the commit before is expected to bring about.
 */
export async function commitSourced(
  parts: readonly Sourced[],
  position: Position,
  { accounts, rules, ...under }: Committing,
  turn?: Turn,
): Promise<Taken[]> {
  const taken = new Map<ScoredEvent, Taken>()
  const events = parts.flatMap((part) => part.events)
  const sources = new Map(parts.flatMap(({ source, events }) => events.map(({ accountId }) => [accountId, source])))
  const left = Map.groupBy(events, ({ accountId }) => accountId)
  const commits = new Map<string, ReadyCommit | undefined>()
  let made: Timeline | undefined
  for (;;) {
    const lost = await underNewest(rules, async (timeline) => {
      if (made !== timeline) commits.clear()
      made = timeline
      const advancing = { timeline, ...under }
      const missing = [...left.keys()].filter((id) => !commits.has(id))
      for await (const piece of inPieces(missing, accounts))
        for (const [id, before] of piece) {
          const commit = await advanceAll(before, left.get(id)!, taken, advancing, sources.get(id)!)
          commits.set(id, commit.after === before.state ? undefined : accounts.ready(commit))
        }
      const changed = [...commits.values()].filter((commit) => commit !== undefined)
      await turn?.mine()
      const saving = accounts.save(changed, newestOf(timeline), position)
      turn?.begun()
      return saving
    })
    if (lost.size === 0) return events.map((event) => taken.get(event)!)
    // With a position of a log nothing was written: what is not lost is sent again as it is.
    for (const id of commits.keys()) if (lost.has(id) || 'source' in position) commits.delete(id)
    if ('source' in position) for (const id of left.keys()) if (!lost.has(id)) left.delete(id)
  }
}

/** Accounts as far as they are known here, while the next ones are already on their way. */
async function* inPieces(ids: readonly string[], accounts: Accounts): AsyncGenerator<Map<string, StoredAccount>> {
  const load = (from: number) => {
    const loading = accounts.load(ids.slice(from, from + PIECE), true)
    loading.catch(() => {}) // whoever comes to it hears of it
    return loading
  }
  let next = ids.length > 0 ? load(0) : undefined
  for (let from = PIECE; next; from += PIECE) {
    const some = await next
    next = from < ids.length ? load(from) : undefined
    yield some
  }
}

async function advanceAll(
  before: StoredAccount,
  events: readonly ScoredEvent[],
  taken: Map<ScoredEvent, Taken>,
  { timeline, model, clock, excerpts }: Omit<Committing, 'accounts' | 'rules'> & { timeline: Timeline },
  source: string,
): Promise<AccountCommit> {
  const advanced: Advanced[] = []
  const inputs: StoredInput[] = []
  const kept: StoredExcerpt[] = []
  let state: AccountState = before.state
  const advance = async (input: Input) => {
    const next = await advanceThrough(state, input, timeline, model)
    state = next.state
    // Most events bring nothing about, and their states need not outlive the next one.
    if (next.entries.length + next.entitlements.length + next.shadow.length > 0) advanced.push(next)
    if (input.kind !== 'event') inputs.push({ accountId: state.accountId, ordinal: state.ordinal, input })
    return next
  }
  if (before.comesBackBanned) {
    const { plan, time } = events[0]!
    await advance({ kind: 'command', command: { type: 'RememberBan', plan, commandAt: time } })
  }
  for (const event of events) {
    const { outcome, entries, classification } = await advance({ kind: 'event', event })
    taken.set(event, classification ? { outcome: outcome!, label: classification.label } : { outcome: outcome! })
    if (taken.size % TURN === 0) await setImmediate()
    const excerpt = outcome === 'evidence' && classification?.label === 'non_coding' ? excerpts?.get(event) : undefined
    if (excerpt && classification) kept.push(storedExcerpt(event, classification, excerpt, model))
    const now = clock?.()
    const isLate =
      now !== undefined && now - event.time > LATE_COMMIT && entries.some(({ type }) => type === 'ViolationRecorded')
    if (isLate) await advance({ kind: 'command', command: { type: 'LateNotice', commandAt: now } })
  }
  return { before, after: state, outcomes: advanced, inputs, excerpts: kept, dueAt: dueOf(state, timeline), source }
}

function storedExcerpt(
  { accountId, id: eventId, time, score }: ScoredEvent,
  { basis }: Classification,
  { shown, ...excerpt }: Excerpt,
  model: Model,
): StoredExcerpt {
  return { accountId, eventId, time, ...excerpt, signals: signalsOf(score, basis, model, shown) }
}

/** The next moment of account time at which time alone may change something. Rules that are to come may lift a throttle at once. */
export function dueOf(state: AccountState, timeline: Timeline): number | undefined {
  const { accountId, ordinal, time, enforcement } = state
  const { rules } = timeline.at(accountId, ordinal + 1, time)
  const due = nextDue(enforcement, rules.clocks, time, Infinity)
  const change = timeline.changes.find((from) => from > time)
  if (enforcement.restriction.kind !== 'throttle' || change === undefined) return due
  return Math.min(due ?? change, change)
}

import { type AccountState, initialState, type LedgerEntry } from '../../account.ts'
import type { Label } from '../../classify/label.ts'
import type { Model } from '../../classify/model.ts'
import type { GatewayEvent } from '../../decode/event.ts'
import type { RuleSet } from '../../evaluate/ruleSet.ts'
import { advance } from '../../pipeline.ts'
import { usageFacts } from '../../window/facts.ts'
import { type Nearness, nearest, nearness } from './nearness.ts'
import { scoreOnce } from './scoreOnce.ts'

/** An event, a model that has not seen its text, and what it really is: 1 = non-coding, undefined where nobody said. */
export interface PlayedEvent {
  event: GatewayEvent
  model: Model
  target: 0 | 1 | undefined
}

/** A turn that was not judged what it is. */
export interface Misjudged {
  text: string
  target: 0 | 1
  label: Label
}

/** What became of an account. */
export interface Fate {
  /** Its own requests, in order, that were not judged what they are, before its first restriction. */
  misjudged: Misjudged[]
  /** Its requests, those that are non-coding, and what the latter were judged; before its first restriction. */
  requests: number
  nonCoding: number
  found: number
  /** Hours from its first request to its first restriction; undefined if there was none. */
  hours: number | undefined
  violations: number
  /** How near it came to each rule with requests that were judged non-coding, as long as it had no violation. */
  nearest?: Nearness
  /** Kinds of restrictions, in order. */
  restrictions: string[]
  /** What it ended with. */
  final: string
}

/** As a replay closes: so far behind the last event everyone's time is brought (milliseconds). */
const TICK_BEHIND = 120_000
const HOUR = 3_600_000
/** Misjudged texts kept an account. */
const MOST_KEPT = 300

/** Plays events in order of arrival through the whole pure path, each account under the given rules. */
export async function play(events: Iterable<PlayedEvent>, rules: RuleSet): Promise<Map<string, Fate>> {
  const accounts = new Map<string, { state: AccountState; fate: Fate; first: number; model: Model }>()
  const score = scoreOnce()
  let greatest = 0
  for (const { event, model, target } of events) {
    const { accountId, time } = event
    greatest = Math.max(greatest, time)
    const before = accounts.get(accountId) ?? { state: initialState(accountId), fate: unscathed(), first: time, model }
    const { fate, first } = before
    const { state, entries, classification } = await advance(
      before.state,
      { kind: 'event', event: score(event, model) },
      { rules, model },
    )
    if (classification && fate.restrictions.length === 0) observe(fate, classification.label, event, target)
    for (const entry of entries) decided(fate, entry, (time - first) / HOUR)
    if (classification?.label === 'non_coding' && fate.violations === 0) approach(fate, state, rules)
    accounts.set(accountId, { state, fate, first, model })
  }
  for (const { state, fate, model } of accounts.values()) {
    const { entries } = await advance(state, { kind: 'tick', at: greatest - TICK_BEHIND }, { rules, model })
    for (const entry of entries) decided(fate, entry, Number.POSITIVE_INFINITY)
  }
  return new Map([...accounts].map(([accountId, { fate }]) => [accountId, fate]))
}

const unscathed = (): Fate => ({
  ...{ misjudged: [], requests: 0, nonCoding: 0, found: 0, hours: undefined },
  ...{ violations: 0, restrictions: [], final: 'none' },
})

function observe(fate: Fate, label: Label, event: GatewayEvent, target: 0 | 1 | undefined): void {
  fate.requests++
  if (target === 1) fate.nonCoding++
  if (target === 1 && label === 'non_coding') fate.found++
  const isRight = target === undefined || label === (target === 1 ? 'non_coding' : 'coding')
  if (isRight || fate.misjudged.length >= MOST_KEPT || !event.input) return
  fate.misjudged.push({ text: event.input.text, target, label })
}

function approach(fate: Fate, { usage, time }: AccountState, rules: RuleSet): void {
  fate.nearest = nearest([fate.nearest ?? {}, nearness(rules, usageFacts(usage, time))])
}

function decided(fate: Fate, entry: LedgerEntry, hours: number): void {
  if (entry.type === 'ViolationRecorded') fate.violations++
  if (entry.type === 'RestrictionImposed') {
    fate.hours ??= hours
    fate.restrictions.push(entry.restriction.kind)
    fate.final = entry.restriction.kind
  }
  if (entry.type === 'RestrictionEased') fate.final = entry.restriction.kind
  if (entry.type === 'RestrictionLifted') fate.final = 'none'
}

import type { AccountState, Advanced, Input } from '../account.ts'
import type { Model } from '../classify/model.ts'
import { advance } from '../pipeline.ts'
import type { Engine } from '../step.ts'
import { arrive } from '../window/seen.ts'
import type { Timeline } from './timeline.ts'

/**
 * Advances an account by one input under the rule sets in force. Where others take force on the way, each decides what falls
 * due in its own time, and only the last one sees the input. An event without effect brings nothing about.
 */
export function advanceThrough(state: AccountState, input: Input, timeline: Timeline, model: Model): Promise<Advanced> {
  const until = timeOf(input, state)
  const under = (time: number) => ({ ...timeline.at(state.accountId, state.ordinal + 1, time), model })
  const isPassed = (from: number) => from > state.time && from <= until
  if (!timeline.changes.some(isPassed) || !hasEffect(input, state)) return advance(state, input, under(until))
  return advanceOver(timeline.changes.filter(isPassed), state, input, until, under)
}

async function advanceOver(
  changes: readonly number[],
  state: AccountState,
  input: Input,
  until: number,
  under: (time: number) => Engine,
): Promise<Advanced> {
  const before: Advanced[] = []
  let current = state
  for (const from of changes) {
    const ended = await advance(current, { kind: 'tick', at: from - 1 }, under(from - 1))
    before.push(ended)
    current = ended.state
  }
  const last = await advance(current, input, under(until))
  const all = <Key extends 'entries' | 'shadow' | 'entitlements'>(key: Key) =>
    [...before, last].flatMap((one) => one[key] as unknown[]) as Advanced[Key]
  return { ...last, entries: all('entries'), shadow: all('shadow'), entitlements: all('entitlements') }
}

function hasEffect(input: Input, { ordinal, seen, time }: AccountState): boolean {
  if (ordinal === 0) return false // nothing can be due yet
  if (input.kind !== 'event') return true
  const { kind } = arrive(seen, input.event.id, input.event.time, time)
  return kind !== 'duplicate' && kind !== 'late'
}

function timeOf(input: Input, state: AccountState): number {
  if (input.kind === 'command') return input.command.type === 'RememberBan' ? input.command.commandAt : state.time
  return Math.max(state.time, input.kind === 'tick' ? input.at : input.event.time)
}

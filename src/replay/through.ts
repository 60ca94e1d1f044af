import type { AccountState, Advanced, Input } from '../account.ts'
import type { Model } from '../classify/model.ts'
import { advance } from '../pipeline.ts'
import type { Timeline } from './timeline.ts'

/**
 * Advances an account by one input under the rule set in force. Where a new set takes force on the way, what falls due
 * before it does is decided under the old one.
 */
export async function advanceThrough(
  state: AccountState,
  input: Input,
  timeline: Timeline,
  model: Model,
): Promise<Advanced> {
  const { accountId, ordinal } = state
  const until = timeOf(input, state)
  const after = timeline.at(accountId, ordinal + 1, until)
  const before = timeline.at(accountId, ordinal + 1, state.time)
  if (state.time === 0 || before.rules.version === after.rules.version || after.from <= state.time)
    return advance(state, input, { ...after, model })
  const first = await advance(state, { kind: 'tick', at: after.from - 1 }, { ...before, model })
  const rest = await advance(first.state, input, { ...after, model })
  const both = <Key extends 'entries' | 'shadow' | 'entitlements'>(key: Key) =>
    [...first[key], ...rest[key]] as Advanced[Key]
  return { ...rest, entries: both('entries'), shadow: both('shadow'), entitlements: both('entitlements') }
}

function timeOf(input: Input, state: AccountState): number {
  if (input.kind === 'command') return state.time
  return Math.max(state.time, input.kind === 'tick' ? input.at : input.event.time)
}

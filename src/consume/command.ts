import type { Accounts, Advanced, Input } from '../account.ts'
import type { Model } from '../classify/model.ts'
import { type RulesInForce, underNewest } from '../replay/rulesInForce.ts'
import { advanceThrough } from '../replay/through.ts'
import { newestOf, type Timeline } from '../replay/timeline.ts'
import { dueOf } from './commit.ts'

interface Under {
  accounts: Accounts
  rules: RulesInForce
  model: Model
}

type OneInput = Exclude<Input, { kind: 'event' }>

/**
 * Advances one account by a command or a tick and writes it in one transaction; where somebody else was faster, or a rule set was
 * promoted meanwhile, it starts again from what is there now, so that a command is decided once and on fresh state. Throws
 * CommandRefused with nothing written.
 */
export async function commitInput(accountId: string, input: OneInput, under: Under): Promise<Advanced> {
  for (;;) {
    const advanced = await underNewest(under.rules, (timeline) => tryInput(accountId, input, timeline, under))
    if (advanced) return advanced
  }
}

/** Undefined where somebody else changed the account meanwhile. */
async function tryInput(
  accountId: string,
  input: OneInput,
  timeline: Timeline,
  { accounts, model }: Under,
): Promise<Advanced | undefined> {
  const before = (await accounts.load([accountId])).get(accountId)!
  const advanced = await advanceThrough(before.state, input, timeline, model)
  const { state } = advanced
  if (state === before.state) return advanced
  const inputs = [{ accountId, ordinal: state.ordinal, input }]
  const commit = { before, after: state, outcomes: [advanced], inputs, dueAt: dueOf(state, timeline) }
  const lost = await accounts.save([accounts.ready(commit)], newestOf(timeline))
  return lost.size === 0 ? advanced : undefined
}

import type { Accounts, Advanced, Input } from '../account.ts'
import type { Model } from '../classify/model.ts'
import { advanceThrough } from '../replay/through.ts'
import type { Timeline } from '../replay/timeline.ts'
import { dueOf } from './commit.ts'

/**
 * Advances one account by a command or a tick and writes it in one transaction; where somebody else was faster it starts again
 * from what is there now, so that a command is decided once and on fresh state. Throws CommandRefused with nothing written.
 */
export async function commitInput(
  accountId: string,
  input: Exclude<Input, { kind: 'event' }>,
  { accounts, timeline, model }: { accounts: Accounts; timeline: Timeline; model: Model },
): Promise<Advanced> {
  for (;;) {
    const before = (await accounts.load([accountId])).get(accountId)!
    const advanced = await advanceThrough(before.state, input, timeline, model)
    if (advanced.state === before.state) return advanced
    const inputs = [{ accountId, ordinal: advanced.state.ordinal, input }]
    const commit = {
      before,
      after: advanced.state,
      outcomes: [advanced],
      inputs,
      dueAt: dueOf(advanced.state, timeline),
    }
    if ((await accounts.save([commit])).size === 0) return advanced
  }
}

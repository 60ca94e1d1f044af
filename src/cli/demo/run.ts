import { type AccountState, type Advanced, type Input, initialState, type LedgerEntry } from '../../account.ts'
import type { Label } from '../../classify/label.ts'
import type { Model } from '../../classify/model.ts'
import { scoreEvent } from '../../classify/scoreEvent.ts'
import type { GatewayEvent } from '../../decode/event.ts'
import { TICK_BEHIND } from '../../replay/replay.ts'
import { advanceThrough } from '../../replay/through.ts'
import type { Timeline } from '../../replay/timeline.ts'

const MINUTE = 60_000

/** What one simulated minute brought. */
export interface DemoMinute {
  /** The moment at which it ends, in ms. */
  at: number
  labels: Record<Label, number>
  entries: LedgerEntry[]
  accounts: ReadonlyMap<string, AccountState>
}

/**
 * Takes events through the same path as live traffic and yields minute by minute, until the last event's minute is over. After
 * every minute time passes for the accounts under a restriction, and at the end for all, as far behind the events as in a replay.
 */
export async function* demoRun(
  events: Iterable<GatewayEvent>,
  start: number,
  timeline: Timeline,
  model: Model,
): AsyncGenerator<DemoMinute> {
  const accounts = new Map<string, AccountState>()
  let minute = emptyMinute(start + MINUTE, accounts)
  const put = async (accountId: string, input: Input) => {
    const advanced = await advanceThrough(accounts.get(accountId) ?? initialState(accountId), input, timeline, model)
    accounts.set(accountId, advanced.state)
    note(minute, advanced)
  }
  let greatest = start
  for (const event of events) {
    while (event.time >= minute.at) {
      for (const accountId of restricted(accounts)) await put(accountId, { kind: 'tick', at: minute.at - TICK_BEHIND })
      yield minute
      minute = emptyMinute(minute.at + MINUTE, accounts)
    }
    await put(event.accountId, { kind: 'event', event: scoreEvent(event, model) })
    greatest = event.time
  }
  for (const accountId of [...accounts.keys()].sort())
    await put(accountId, { kind: 'tick', at: greatest - TICK_BEHIND })
  yield minute
}

const emptyMinute = (at: number, accounts: DemoMinute['accounts']): DemoMinute => ({
  ...{ at, accounts, entries: [], labels: { coding: 0, non_coding: 0, unsure: 0 } },
})

function note(minute: DemoMinute, { classification, entries }: Advanced): void {
  if (classification) minute.labels[classification.label]++
  minute.entries.push(...entries)
}

/** Accounts under a restriction, by name. */
export const restricted = (accounts: DemoMinute['accounts']): string[] =>
  [...accounts.values()]
    .filter(({ enforcement }) => enforcement.restriction.kind !== 'none')
    .map(({ accountId }) => accountId)
    .sort()

import type { AccountState, Advanced } from '../account.ts'
import { isDatabaseAway } from '../persist/away.ts'
import type { Due } from '../persist/due.ts'
import { TICK_BEHIND } from '../replay/replay.ts'
import { RulesSuperseded } from '../replay/rulesInForce.ts'

const BATCH = 500

/** What the sweep needs of the rest. */
export interface Sweeping {
  position(): Promise<{ greatestTime: number; atEndSince: number | undefined } | undefined>
  /** Accounts with something due up to a moment, the longest due first, behind `after` if it is given. */
  due(until: number, limit: number, after?: Due): Promise<Due[]>
  /** Lets time pass for one account. */
  tick(accountId: string, at: number): Promise<Pick<Advanced, 'entries' | 'state'>>
  /** Notes when an account for which nothing was decided is to be looked at next, after `at`. */
  postpone(state: AccountState, version: number, at: number): Promise<void>
  /** `events`: the source's time is the only clock. */
  clock: 'system' | 'events'
}

/**
 * Up to which moment ticks may go at `now`: the source's greatest event time less 120 s, and once the source has been at its
 * end for 120 s the clock less 120 s. Undefined before the first event.
 */
export function tickLimit(
  position: { greatestTime: number; atEndSince: number | undefined } | undefined,
  now: number,
  clock: 'system' | 'events',
): number | undefined {
  if (!position) return undefined
  const { greatestTime, atEndSince } = position
  const isAtEnd = clock === 'system' && atEndSince !== undefined && now - atEndSince >= TICK_BEHIND
  return Math.max(greatestTime, isAtEnd ? now : 0) - TICK_BEHIND
}

/**
 * Ticks every account that has something due; returns for how many something was decided. An account whose tick fails holds up
 * nobody else; the first such failure is thrown at the end.
 */
export async function sweepOnce(sweeping: Sweeping, now: number): Promise<number> {
  const limit = tickLimit(await sweeping.position(), now, sweeping.clock)
  if (limit === undefined) return 0
  let decided = 0
  let failure: Error | undefined
  let due: Due[] = []
  do {
    due = await sweeping.due(limit, BATCH, due.at(-1))
    for (const { accountId, version } of due)
      try {
        if (await tick(sweeping, accountId, version, limit)) decided++
      } catch (error) {
        if (concernsAll(error)) throw error
        failure ??= new Error(`the tick of account ${accountId} failed`, { cause: error })
      }
  } while (due.length === BATCH)
  if (failure) throw failure
  return decided
}

/** Whether a failure is not of one account, but of all that are left as well. */
const concernsAll = (error: unknown) => isDatabaseAway(error) || error instanceof RulesSuperseded

/** Lets time pass for one account; whether anything was decided. */
async function tick(sweeping: Sweeping, accountId: string, version: number, limit: number): Promise<boolean> {
  const { entries, state } = await sweeping.tick(accountId, limit)
  if (entries.length > 0) return true
  await sweeping.postpone(state, version, limit)
  return false
}

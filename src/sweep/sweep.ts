import type { AccountState, Advanced } from '../account.ts'
import { TICK_BEHIND } from '../replay/replay.ts'

const BATCH = 500

/** What the sweep needs of the rest. */
export interface Sweeping {
  position(): Promise<{ greatestTime: number; atEndSince: number | undefined } | undefined>
  due(until: number, limit: number): Promise<{ accountId: string; version: number }[]>
  /** Lets time pass for one account. */
  tick(accountId: string, at: number): Promise<Pick<Advanced, 'entries' | 'state'>>
  /** Notes when an account for which nothing was decided is to be looked at next, after `at`. */
  postpone(state: AccountState, version: number, at: number): Promise<void>
  /** Deletes excerpts that are past their term at `now`. */
  expire(now: number): Promise<unknown>
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

/** Deletes expired excerpts and ticks every account that has something due; returns for how many something was decided. */
export async function sweepOnce(sweeping: Sweeping, now: number): Promise<number> {
  await sweeping.expire(now)
  const limit = tickLimit(await sweeping.position(), now, sweeping.clock)
  if (limit === undefined) return 0
  let decided = 0
  for (;;) {
    const due = await sweeping.due(limit, BATCH)
    for (const { accountId, version } of due) {
      const { entries, state } = await sweeping.tick(accountId, limit)
      if (entries.length > 0) decided++
      else await sweeping.postpone(state, version, limit)
    }
    if (due.length < BATCH) return decided
  }
}

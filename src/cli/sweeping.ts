import { commitInput } from '../consume/command.ts'
import { type Committing, dueOf } from '../consume/commit.ts'
import type { Db } from '../db.ts'
import { dueAccounts, postpone, readPosition } from '../persist/due.ts'
import { underNewest } from '../replay/rulesInForce.ts'
import { newestOf, type Timeline } from '../replay/timeline.ts'
import { type Sweeping, sweepOnce } from '../sweep/sweep.ts'
import { expire } from './expiring.ts'

/** Sweeps a database once: ticks follow the position of `source`. Begins anew where a rule set is promoted meanwhile. */
export async function sweepDatabase(
  db: Db,
  source: string,
  committing: Committing,
  clock: Sweeping['clock'],
  now: number,
): Promise<number> {
  await committing.rules.refresh() // what another server has promoted
  return underNewest(committing.rules, (timeline) =>
    sweepOnce(sweepingOf(db, source, committing, clock, timeline), now),
  )
}

/** What a sweep of this database needs; it throws RulesSuperseded where the timeline is not the newest any more. */
export function sweepingOf(
  db: Db,
  source: string,
  committing: Committing,
  clock: Sweeping['clock'],
  timeline: Timeline,
): Sweeping {
  return {
    clock,
    position: () => readPosition(db, source),
    expire: (now) => expire(db, now),
    due: (until, limit, after) => dueAccounts(db, until, limit, after),
    tick: (accountId, at) => commitInput(accountId, { kind: 'tick', at }, committing),
    postpone: ({ accountId, ...state }, version, at) =>
      postpone(
        db,
        { accountId, version, dueAt: dueOf({ accountId, ...state, time: at }, timeline) },
        newestOf(timeline),
      ),
  }
}

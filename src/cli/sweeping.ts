import { commitInput } from '../consume/command.ts'
import { type Committing, dueOf } from '../consume/commit.ts'
import type { HttpSource } from '../consume/httpSource.ts'
import type { Db } from '../db.ts'
import { dueAccounts, postpone, readPosition, sourceAtEnd } from '../persist/due.ts'
import { underNewest } from '../replay/rulesInForce.ts'
import { newestOf, type Timeline } from '../replay/timeline.ts'
import { type Sweeping, sweepOnce } from '../sweep/sweep.ts'
import type { Consuming } from './consuming.ts'
import { expire } from './expiring.ts'

/** What time passes for in one process. */
export interface SweepingAll {
  db: Db
  committing: Committing
  clock: Sweeping['clock']
  now: number
  /** Undefined where events come in over Kafka. */
  source: HttpSource | undefined
  consuming: Consuming | undefined
}

/**
 * Deletes what is past its term, and lets time pass for whoever has something due. Accounts that came over HTTP before Kafka was there
 * are at their end.
 */
export async function sweepAll({ db, committing, clock, now, source, consuming }: SweepingAll): Promise<void> {
  await expire(db, now)
  await committing.rules.refresh() // what another server has promoted
  if (!source || source.waiting === 0) await sourceAtEnd(db, 'http', now)
  await sweepDatabase(db, 'http', committing, clock, now)
  for (const one of consuming?.sources() ?? [])
    await sweepDatabase(db, one.source, committing, clock, now, one.position)
}

/** Sweeps the accounts of a source once: ticks follow its position. Begins anew where a rule set is promoted meanwhile. */
export async function sweepDatabase(
  db: Db,
  source: string,
  committing: Committing,
  clock: Sweeping['clock'],
  now: number,
  position: Sweeping['position'] = () => readPosition(db, source),
): Promise<number> {
  return underNewest(committing.rules, (timeline) =>
    sweepOnce({ ...sweepingOf(db, source, committing, clock, timeline), position }, now),
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
    due: (until, limit, after) => dueAccounts(db, source, until, limit, after),
    tick: (accountId, at) => commitInput(accountId, { kind: 'tick', at }, committing),
    postpone: ({ accountId, ...state }, version, at) =>
      postpone(
        db,
        { accountId, version, dueAt: dueOf({ accountId, ...state, time: at }, timeline) },
        newestOf(timeline),
      ),
  }
}

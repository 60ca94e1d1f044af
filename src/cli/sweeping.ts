import { commitInput } from '../consume/command.ts'
import { type Committing, dueOf } from '../consume/commit.ts'
import type { Db } from '../db.ts'
import { dueAccounts, postpone, readPosition } from '../persist/due.ts'
import { deleteExpiredExcerpts } from '../persist/excerpts.ts'
import type { Sweeping } from '../sweep/sweep.ts'

/** What a sweep of this database needs, for ticks that follow the position of `source`. */
export function sweepingOf(db: Db, source: string, committing: Committing, clock: Sweeping['clock']): Sweeping {
  return {
    clock,
    position: () => readPosition(db, source),
    expire: (now) => deleteExpiredExcerpts(db, now),
    due: (until, limit, after) => dueAccounts(db, until, limit, after),
    tick: (accountId, at) => commitInput(accountId, { kind: 'tick', at }, committing),
    postpone: (state, version, at) =>
      postpone(db, state.accountId, version, dueOf({ ...state, time: at }, committing.timeline)),
  }
}

import type { AccountState } from '../account.ts'
import { commitInput } from '../consume/command.ts'
import { type Committing, dueOf } from '../consume/commit.ts'
import type { Db } from '../db.ts'
import { dueAccounts, postpone, readPosition } from '../persist/due.ts'
import { deleteExpiredExcerpts } from '../persist/excerpts.ts'
import type { Sweeping } from '../sweep/sweep.ts'

/** What a sweep of this database needs, for ticks that follow the position of `source`. */
export function sweepingOf(db: Db, source: string, committing: Committing, clock: Sweeping['clock']): Sweeping {
  const states = new Map<string, AccountState>()
  return {
    clock,
    position: () => readPosition(db, source),
    expire: (now) => deleteExpiredExcerpts(db, now),
    due: (until, limit) => dueAccounts(db, until, limit),
    async tick(accountId, at) {
      const advanced = await commitInput(accountId, { kind: 'tick', at }, committing)
      states.set(accountId, advanced.state)
      return advanced
    },
    async postpone(accountId, version, at) {
      const next = dueOf({ ...states.get(accountId)!, time: at }, committing.timeline)
      states.delete(accountId)
      await postpone(db, accountId, version, next)
    },
  }
}

import type { KeyObject } from 'node:crypto'
import type { Accounts } from '../account.ts'
import { type Db, SERIALIZATION_FAILURE, sqlState, transaction } from '../db.ts'
import { loadAccounts, saveAccounts, saveSeenIds } from './accounts.ts'
import { dropMarkers, withBans } from './banMarkers.ts'
import { link } from './chain.ts'
import { saveEnforcement, saveInputs, saveOutcomes } from './decided.ts'
import { saveExcerpts } from './excerpts.ts'
import { appendLedger } from './ledger.ts'
import { savePosition } from './positions.ts'
import { holdRules } from './ruleSets.ts'

/** Accounts in a database. Without the key of the ban markers no ban outlives an erasure. */
export const openStore = (db: Db, erasureKey?: KeyObject): Accounts => ({
  async load(ids) {
    const stored = await loadAccounts(db, ids)
    return erasureKey ? withBans(db, erasureKey, stored) : stored
  },
  save: (commits, newest, position) =>
    transaction(db, async (tx) => {
      await holdRules(tx, newest)
      const writes = commits.map((commit) => {
        const { chained, head } = link(
          commit.before.chainHead,
          commit.outcomes.flatMap(({ entries }) => entries),
        )
        return { ...commit, chained, chainHead: head }
      })
      const saved = writes.length > 0 ? await saveAccounts(tx, writes) : new Set<string>()
      const won = writes.filter(({ after }) => saved.has(after.accountId))
      await saveSeenIds(tx, won)
      await appendLedger(
        tx,
        won.flatMap(({ chained }) => chained),
      )
      await saveInputs(
        tx,
        won.flatMap(({ inputs }) => inputs),
      )
      const changed = won
        .filter(({ outcomes }) => outcomes.some(({ entries }) => entries.length > 0))
        .map(({ after }) => after)
      if (changed.length > 0) await saveEnforcement(tx, changed)
      await saveOutcomes(
        tx,
        won.flatMap(({ outcomes }) => outcomes),
      )
      await saveExcerpts(
        tx,
        won.flatMap(({ excerpts = [] }) => excerpts),
      )
      const back = won.filter(({ before }) => before.comesBackBanned).map(({ after }) => after.accountId)
      if (erasureKey && back.length > 0) await dropMarkers(tx, erasureKey, back)
      const lost = new Set(commits.map(({ after }) => after.accountId).filter((id) => !saved.has(id)))
      if (position && lost.size === 0) await savePosition(tx, position)
      return lost
    }).catch((error) => {
      if (sqlState(error) !== SERIALIZATION_FAILURE) throw error
      return new Set(commits.map(({ after }) => after.accountId)) // one was erased meanwhile: nothing of any was written
    }),
})

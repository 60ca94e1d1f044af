import type { AccountCommit, StoredAccount } from '../account.ts'
import { type Db, transaction } from '../db.ts'
import { loadAccounts, saveAccounts, saveSeenIds } from './accounts.ts'
import { link } from './chain.ts'
import { saveEnforcement, saveInputs, saveOutcomes } from './decided.ts'
import { saveExcerpts } from './excerpts.ts'
import { appendLedger } from './ledger.ts'
import { savePosition } from './positions.ts'

/** How far a source has been read. Milliseconds. */
export interface Position {
  source: string
  greatestTime: number
}

/** Where accounts live. */
export interface Store {
  load(ids: readonly string[]): Promise<Map<string, StoredAccount>>
  /**
   * Writes everything that commits bring about, and the position, in one transaction. Returns the ids of accounts that somebody
   * else had changed meanwhile: nothing of theirs was written, and they have to be advanced again from what is there now. The
   * position waits for them, so that no tick goes past events that are not written yet.
   */
  save(commits: readonly AccountCommit[], position?: Position): Promise<Set<string>>
}

export const openStore = (db: Db): Store => ({
  load: (ids) => loadAccounts(db, ids),
  save: (commits, position) =>
    transaction(db, async (tx) => {
      const writes = commits.map((commit) => {
        const { chained, head } = link(
          commit.before.chainHead,
          commit.outcomes.flatMap(({ entries }) => entries),
        )
        return { ...commit, chained, chainHead: head }
      })
      const saved = writes.length > 0 ? await saveAccounts(tx, writes) : new Set<string>()
      const won = writes.filter(({ after }) => saved.has(after.accountId))
      const states = won.map(({ after }) => after)
      if (won.length > 0) await saveSeenIds(tx, states)
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
      const lost = new Set(commits.map(({ after }) => after.accountId).filter((id) => !saved.has(id)))
      if (position && lost.size === 0) await savePosition(tx, position)
      return lost
    }),
})

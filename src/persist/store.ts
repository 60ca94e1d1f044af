import type { KeyObject } from 'node:crypto'
import { type AccountCommit, type Accounts, Fenced, type Position } from '../account.ts'
import { type Db, SERIALIZATION_FAILURE, sqlState, type Tx, transaction } from '../db.ts'
import type { AccountCache } from './accountCache.ts'
import { placeIds, saveIds } from './accountIds.ts'
import { type AccountWrite, loadAccounts, saveAccounts } from './accounts.ts'
import { dropMarkers, withBans } from './banMarkers.ts'
import { link } from './chain.ts'
import { saveDeadLetters } from './deadLetters.ts'
import { saveEnforcement, saveInputs, saveOutcomes } from './decided.ts'
import { saveExcerpts } from './excerpts.ts'
import { movePositions } from './kafkaPositions.ts'
import { appendLedger } from './ledger.ts'
import { savePosition } from './positions.ts'
import { holdRules } from './ruleSets.ts'

/** Accounts in a database. Without the key of the ban markers no ban outlives an erasure. */
export const openStore = (db: Db, erasureKey?: KeyObject, cache?: AccountCache): Accounts => ({
  async load(ids, mayBeOld = false) {
    const known = mayBeOld && cache ? cache.get(ids) : new Map()
    const rest = known.size === 0 ? ids : ids.filter((id) => !known.has(id))
    if (rest.length === 0) return known
    const stored = await loadAccounts(db, rest)
    const loaded = erasureKey ? await withBans(db, erasureKey, stored) : stored
    return known.size === 0 ? loaded : new Map([...known, ...loaded])
  },
  async save(commits, newest, position) {
    const writes = commits.map(linked)
    try {
      const lost = await transaction(db, (tx) => saveAll(tx, writes, newest, position, erasureKey))
      cache?.saved(writes, lost)
      return lost
    } catch (error) {
      cache?.forget(commits.map(({ after }) => after.accountId)) // whether they were written is not known here
      if (error instanceof Undone) return error.lost
      if (sqlState(error) !== SERIALIZATION_FAILURE) throw error
      return new Set(commits.map(({ after }) => after.accountId)) // one was erased meanwhile: nothing of any was written
    }
  },
})

/** Accounts were lost, and with them the whole transaction. */
class Undone extends Error {
  readonly lost: Set<string>

  constructor(lost: Set<string>) {
    super()
    this.lost = lost
  }
}

type Linked = AccountCommit & AccountWrite & Pick<ReturnType<typeof link>, 'chained'>

function linked(commit: AccountCommit): Linked {
  const { chained, head } = link(
    commit.before.chainHead,
    commit.outcomes.flatMap(({ entries }) => entries),
  )
  return { ...commit, chained, chainHead: head, ids: placeIds(commit.after.seen, commit.before.idsInRows) }
}

async function saveAll(
  tx: Tx,
  writes: readonly Linked[],
  newest: number | undefined,
  position: Position | undefined,
  erasureKey: KeyObject | undefined,
): Promise<Set<string>> {
  await holdRules(tx, newest)
  // First, so that whoever was fenced does no work in vain, and whoever takes the partition waits for this commit.
  if (position && 'moves' in position) await saveLogPosition(tx, position)
  const saved = writes.length > 0 ? await saveAccounts(tx, writes) : new Set<string>()
  const lost = new Set(writes.map(({ after }) => after.accountId).filter((id) => !saved.has(id)))
  if (position && 'moves' in position && lost.size > 0) throw new Undone(lost)
  await saveWon(
    tx,
    writes.filter(({ after }) => saved.has(after.accountId)),
    erasureKey,
  )
  if (position && 'source' in position && lost.size === 0) await savePosition(tx, position)
  return lost
}

async function saveLogPosition(tx: Tx, { topic, moves, deadLetters }: Extract<Position, { moves: unknown }>) {
  if (!(await movePositions(tx, topic, moves))) throw new Fenced()
  await saveDeadLetters(tx, deadLetters)
}

async function saveWon(tx: Tx, won: readonly Linked[], erasureKey: KeyObject | undefined): Promise<void> {
  await saveIds(
    tx,
    won.map(({ after: { accountId, seen }, ids: { come } }) => ({ accountId, seen, come })),
  )
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
}

import type { KeyObject } from 'node:crypto'
import { type AccountCommit, type Accounts, Fenced, type Position } from '../account.ts'
import { type Db, SERIALIZATION_FAILURE, sqlState, type Tx, together, transaction } from '../db.ts'
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
    const misled = commits.filter(({ before }) => cache?.isUntrue(before))
    if (misled.length > 0) return idsOf(position && 'moves' in position ? misled : commits) // nothing is written
    const writes = commits.map(linked)
    cache?.expect(writes)
    try {
      const lost = await transaction(db, (tx) => saveAll(tx, writes, newest, position, erasureKey))
      cache?.saved(writes, lost)
      return lost
    } catch (error) {
      cache?.forget(idsOf(commits)) // whether they were written is not known here
      if (error instanceof Undone) return error.lost
      if (sqlState(error) !== SERIALIZATION_FAILURE) throw error
      return idsOf(commits) // one was erased meanwhile: nothing of any was written
    }
  },
})

const idsOf = (commits: readonly AccountCommit[]) => new Set(commits.map(({ after }) => after.accountId))

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
  const held = holdRules(tx, newest)
  if (position && 'moves' in position) {
    // The position first, so that whoever takes the partition waits for this commit.
    await together([held, saveLogPosition(tx, position), saveAllOrNone(tx, writes), saveWon(tx, writes, erasureKey)])
    return new Set()
  }
  const [, lost] = await together([held, saveRows(tx, writes)])
  const won = writes.filter(({ after }) => !lost.has(after.accountId))
  await together([saveWon(tx, won, erasureKey), lost.size === 0 && position ? savePosition(tx, position) : undefined])
  return lost
}

/** Writes account rows; the ids of those that were lost to somebody else. */
async function saveRows(tx: Tx, writes: readonly Linked[]): Promise<Set<string>> {
  const saved = writes.length > 0 ? await saveAccounts(tx, writes) : new Set<string>()
  return new Set(writes.map(({ after }) => after.accountId).filter((id) => !saved.has(id)))
}

async function saveAllOrNone(tx: Tx, writes: readonly Linked[]): Promise<void> {
  const lost = await saveRows(tx, writes)
  if (lost.size > 0) throw new Undone(lost)
}

async function saveLogPosition(tx: Tx, { topic, moves, deadLetters }: Extract<Position, { moves: unknown }>) {
  const [isMoved] = await together([movePositions(tx, topic, moves), saveDeadLetters(tx, deadLetters)])
  if (!isMoved) throw new Fenced()
}

async function saveWon(tx: Tx, won: readonly Linked[], erasureKey: KeyObject | undefined): Promise<void> {
  const outcomes = won.flatMap((one) => one.outcomes)
  const changed = won.filter((one) => one.outcomes.some(({ entries }) => entries.length > 0)).map(({ after }) => after)
  const back = won.filter(({ before }) => before.comesBackBanned).map(({ after }) => after.accountId)
  const chained = won.flatMap((one) => one.chained)
  const inputs = won.flatMap((one) => one.inputs)
  const excerpts = won.flatMap((one) => one.excerpts ?? [])
  await together([
    saveIds(
      tx,
      won.map(({ after: { accountId, seen }, ids: { come } }) => ({ accountId, seen, come })),
    ),
    appendLedger(tx, chained),
    saveInputs(tx, inputs),
    saveEnforcement(tx, changed),
    saveOutcomes(tx, outcomes),
    saveExcerpts(tx, excerpts),
    erasureKey && back.length > 0 ? dropMarkers(tx, erasureKey, back) : undefined,
  ])
}

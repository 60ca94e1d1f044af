import type { KeyObject } from 'node:crypto'
import { type AccountRow, type Accounts, Fenced, type Position } from '../account.ts'
import { type Db, SERIALIZATION_FAILURE, sqlState, type Tx, together, transaction } from '../db.ts'
import type { AccountCache } from './accountCache.ts'
import { saveIds } from './accountIds.ts'
import { type AccountWrite, accountOf, loadRows, saveAccounts, written } from './accounts.ts'
import { dropMarkers, withBans } from './banMarkers.ts'
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
    const known: ReadonlyMap<string, AccountRow> = mayBeOld && cache ? cache.get(ids) : new Map()
    const rest = known.size === 0 ? ids : ids.filter((id) => !known.has(id))
    const loaded = rest.length === 0 ? known : await loadRows(db, rest)
    const accounts = new Map(ids.map((id) => [id, accountOf(id, known.get(id) ?? loaded.get(id))]))
    return erasureKey && rest.length > 0 ? withBans(db, erasureKey, accounts) : accounts
  },
  ready: written,
  async save(writes: readonly AccountWrite[], newest, position) {
    const misled = writes.filter(({ before }) => before && cache?.isUntrue(before))
    if (misled.length > 0) return idsOf(position && 'moves' in position ? misled : writes) // nothing is written
    cache?.expect(writes)
    try {
      const lost = await transaction(db, (tx) => saveAll(tx, writes, newest, position, erasureKey))
      cache?.saved(writes, lost)
      return lost
    } catch (error) {
      cache?.forget(writes.map(({ accountId }) => accountId)) // whether they were written is not known here
      if (error instanceof Undone) return error.lost
      if (sqlState(error) !== SERIALIZATION_FAILURE) throw error
      return idsOf(writes) // one was erased meanwhile: nothing of any was written
    }
  },
})

const idsOf = (writes: readonly AccountWrite[]) => new Set(writes.map(({ accountId }) => accountId))

/** Accounts were lost, and with them the whole transaction. */
class Undone extends Error {
  readonly lost: Set<string>

  constructor(lost: Set<string>) {
    super()
    this.lost = lost
  }
}

async function saveAll(
  tx: Tx,
  writes: readonly AccountWrite[],
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
  const [, lost] = await together([held, saveSome(tx, writes)])
  const won = writes.filter(({ accountId }) => !lost.has(accountId))
  await together([saveWon(tx, won, erasureKey), lost.size === 0 && position ? savePosition(tx, position) : undefined])
  return lost
}

/** The ids of accounts that were lost to somebody else. */
const saveSome = async (tx: Tx, writes: readonly AccountWrite[]): Promise<Set<string>> =>
  writes.length > 0 ? saveAccounts(tx, writes) : new Set()

async function saveAllOrNone(tx: Tx, writes: readonly AccountWrite[]): Promise<void> {
  const lost = await saveSome(tx, writes)
  if (lost.size > 0) throw new Undone(lost)
}

async function saveLogPosition(tx: Tx, { topic, moves, deadLetters }: Extract<Position, { moves: unknown }>) {
  const [isMoved] = await together([movePositions(tx, topic, moves), saveDeadLetters(tx, deadLetters)])
  if (!isMoved) throw new Fenced()
}

async function saveWon(tx: Tx, won: readonly AccountWrite[], erasureKey: KeyObject | undefined): Promise<void> {
  const outcomes = won.flatMap((one) => one.outcomes)
  const back = won.filter(({ cameBackBanned }) => cameBackBanned).map(({ accountId }) => accountId)
  await together([
    saveIds(tx, won),
    appendLedger(
      tx,
      won.flatMap((one) => one.chained),
    ),
    saveInputs(
      tx,
      won.flatMap((one) => one.inputs),
    ),
    saveEnforcement(
      tx,
      won.flatMap(({ accountId, decided }) => (decided ? [{ accountId, ...decided }] : [])),
    ),
    saveOutcomes(tx, outcomes),
    saveExcerpts(
      tx,
      won.flatMap((one) => one.excerpts),
    ),
    erasureKey && back.length > 0 ? dropMarkers(tx, erasureKey, back) : undefined,
  ])
}

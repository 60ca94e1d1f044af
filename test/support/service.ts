import type { KeyObject } from 'node:crypto'
import { openRulesInForce } from '../../src/cli/rulesInForce.ts'
import { type Committing, commitEvents } from '../../src/consume/commit.ts'
import { openDb } from '../../src/db.ts'
import { readLedger } from '../../src/persist/ledger.ts'
import { openStore } from '../../src/persist/store.ts'
import type { Engine } from '../../src/step.ts'
import { testDatabase } from './postgres.ts'

/** A store in a database of its own, with what commits need; `ledgers` reads it back account by account. */
export async function testService(engine: Engine, clock?: () => number, erasureKey?: KeyObject) {
  const database = await testDatabase()
  const db = openDb(database.url)
  const rules = await openRulesInForce(db, engine.rules, clock)
  const committing: Committing = { accounts: openStore(db, erasureKey), rules, model: engine.model, clock }
  return {
    url: database.url,
    db,
    rules,
    committing,
    commit: (events: Parameters<typeof commitEvents>[0]) => commitEvents(events, 'test', committing),
    async ledgers(): Promise<Record<string, string[]>> {
      const own: Record<string, string[]> = {}
      for await (const { account_id, entry } of readLedger(db)) own[account_id] = [...(own[account_id] ?? []), entry!]
      return own
    },
    async close() {
      await db.end()
      await database.drop()
    },
  }
}

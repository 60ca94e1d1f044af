import type { AccountState } from '../../../src/account.ts'
import type { Db } from '../../../src/db.ts'
import type { GatewayEvent } from '../../../src/decode/event.ts'
import { openStore } from '../../../src/persist/store.ts'
import { crowd } from '../../../src/simulate/crowd.ts'
import { simulate } from '../../../src/simulate/simulate.ts'
import type { Engine } from '../../../src/step.ts'
import { replayed } from '../../support/log.ts'

const HOUR = 3_600_000
const CHUNK = 2000

/** What accounts look like after a day of work that ends at `start` (ms): those of a small crowd that nothing was decided about. */
export async function usualStates(start: number, engine: Engine): Promise<AccountState[]> {
  const events = simulate({ seed: 1, accounts: crowd(1, 150), hours: 20, start: start - 20 * HOUR })
  const { run } = await replayed(lines(events), engine)
  return [...run.accounts.values()].filter(({ seq }) => seq === 0)
}

function* lines(events: Iterable<GatewayEvent>): Generator<Uint8Array> {
  for (const event of events) yield Buffer.from(JSON.stringify({ ...event, time: new Date(event.time).toISOString() }))
}

/** Stores accounts that have these states, in turn. */
export async function seed(db: Db, accounts: number, states: readonly AccountState[]): Promise<void> {
  const store = openStore(db)
  const ids = Array.from({ length: accounts }, (_, i) => `acct-${i}`)
  for (let from = 0; from < accounts; from += CHUNK) {
    const stored = await store.load(ids.slice(from, from + CHUNK))
    const commits = [...stored.values()].map((before, i) => {
      const after = { ...states[(from + i) % states.length]!, accountId: before.state.accountId }
      return { before, after, outcomes: [], inputs: [], dueAt: undefined }
    })
    await store.save(commits.map(store.ready), undefined)
  }
  await db.query('vacuum analyze')
}

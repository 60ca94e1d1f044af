import { expect, it } from 'vitest'
import { openDb, type Tx, transaction } from '../../src/db.ts'
import { saveIds } from '../../src/persist/accountIds.ts'
import { giveAllCursors } from '../../src/persist/cursors.ts'
import { giveCursors } from '../../src/persist/outbox.ts'
import { describeDatabase, testDatabase } from '../support/postgres.ts'

const ids = { accountId: 'ada', firstSlot: 1, comingIds: [{ slot: 1, ids: new Uint32Array(2) }] }

describeDatabase('a statement that joins growing tables', () => {
  it.each([
    ['cursors/give-all', (tx: Tx) => giveAllCursors(tx, 10), `(10, 'news')`, 'outbox_waiting'],
    ['outbox/give-cursors', (tx: Tx) => giveCursors(tx, 10), '(10)', 'outbox_waiting'],
    ['account_ids/save', (tx: Tx) => saveIds(tx, [ids]), `('{}', '{}', '{}', '{}', '{}')`, 'account_ids_pkey'],
  ])('has a plan that is made once and reads no table whole: %s', async (name, carryOut, values, index) => {
    const database = await testDatabase()
    const db = openDb(database.url, 1) // PostgreSQL keeps plans by connection
    try {
      await db.query('alter table account_ids drop constraint account_ids_account_id_fkey')
      for (let i = 0; i < 10; i++) await transaction(db, carryOut as (tx: Tx) => Promise<unknown>)
      const plans = { text: 'select generic_plans as g, custom_plans as c from pg_prepared_statements where name = $1' }
      expect((await db.query({ ...plans, values: [name] })).rows).toEqual([{ g: 10, c: 0 }])
      await db.query(`set plan_cache_mode = 'force_generic_plan'`)
      const { rows } = await db.query(`explain execute "${name}" ${values}`)
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      expect(plan).toMatch(new RegExp(`Index (Only )?Scan using ${index}`))
      expect(plan).not.toMatch(/Seq Scan|Hash Join|Merge Join/)
    } finally {
      await db.end()
      await database.drop()
    }
  })
})

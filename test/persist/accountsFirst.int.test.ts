import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Db, openDb } from '../../src/db.ts'
import { describeDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts'

/**
 * Tables that are no account's. Each has few rows, or rows that are soon gone, so that it may stay whole where accounts are
 * distributed.
 */
const SHARED = {
  api_keys: 'written by a person',
  ban_markers: 'a keyed hash of an account, which nobody may lead back to it',
  capacity: 'a row a gateway instance',
  dead_letters: 'may hold no account at all; a row a broken record, for a term',
  erasures: 'a row an erased account, under its new name',
  kafka_positions: 'a row a partition',
  kafka_topics: 'a row a topic',
  positions: 'a row a source',
  published: 'a row a topic',
  rule_sets: 'a row a promotion',
  schema_migrations: 'a row a migration',
  tombstones: 'in the order of the feed, until they are published',
}

describeDatabase('the tables', () => {
  let database: TestDatabase
  let db: Db
  beforeAll(async () => {
    database = await testDatabase()
    db = openDb(database.url, 1)
  })
  afterAll(async () => {
    await db.end()
    await database.drop()
  })

  it('lead their primary key with the account, so that accounts can be distributed; all others are known', async () => {
    const { rows } = await db.query<{ table: string; first: string | null }>(`
      select c.relname as "table", (
        select a.attname from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
        where i.indrelid = c.oid and i.indisprimary) as first
      from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`)
    const others = rows.filter(({ first }) => first !== 'account_id')
    expect(others.map(({ table }) => table)).toEqual(Object.keys(SHARED))
  })

  it('of an account refer to rows of the same account, and to nothing else', async () => {
    const { rows } = await db.query<{ name: string; columns: string[]; referred: string[] }>(`
      select conname as name,
        array(select attname::text from pg_attribute where attrelid = conrelid and attnum = any(conkey)) as columns,
        array(select attname::text from pg_attribute where attrelid = confrelid and attnum = any(confkey)) as referred
      from pg_constraint where contype = 'f'`)
    expect(rows.length).toBeGreaterThan(5)
    const strangers = rows.filter(
      ({ columns, referred }) => !columns.includes('account_id') || !referred.includes('account_id'),
    )
    expect(strangers.map(({ name }) => name)).toEqual(['erasures_pseudonym_fkey'])
  })

  it('of an account are unique in more than the account in their cursors alone', async () => {
    const { rows } = await db.query<{ name: string }>(`
      select i.indexrelid::regclass::text as name from pg_index i
      where i.indisunique and i.indrelid in (select attrelid from pg_attribute where attname = 'account_id')
        and not exists (select from pg_attribute a where a.attrelid = i.indrelid and a.attname = 'account_id' and a.attnum = any(i.indkey))
      order by 1`)
    expect(rows.map(({ name }) => name)).toEqual(['notices_cursor_key', 'outbox_cursor_key', 'tombstones_pkey'])
  })
})

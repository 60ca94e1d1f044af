import { readdir } from 'node:fs/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { packaged } from '../../src/config.ts'
import { type Db, openDb } from '../../src/db.ts'
import { migrate, schemaState } from '../../src/persist/migrate.ts'
import { describeDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts'
import { scratch } from '../support/scratch.ts'

const { at, write } = scratch()
const folder = packaged('migrations')
const names = (await readdir(folder)).sort()

describeDatabase('migrations', () => {
  let database: TestDatabase
  let db: Db
  beforeEach(async () => {
    database = await testDatabase({ empty: true })
    db = openDb(database.url)
  })
  afterEach(async () => {
    await db.end()
    await database.drop()
  })

  const noted = async () =>
    (await db.query('select name from schema_migrations order by number')).rows.map(({ name }) => name)
  const tables = async () =>
    (await db.query("select tablename from pg_tables where schemaname = 'public' order by tablename")).rows.map(
      ({ tablename }) => tablename,
    )

  it('bring an empty database to the newest schema, each once and in order; again they change nothing', async () => {
    expect(await schemaState(db, folder)).toBe('old')
    expect(await migrate(db, folder)).toEqual(names)
    expect([await schemaState(db, folder), await noted()]).toEqual(['current', names])
    expect(await tables()).toEqual(expect.arrayContaining(['accounts', 'ledger', 'outbox', 'rule_sets']))
    expect(await migrate(db, folder)).toEqual([])
    expect([await schemaState(db, folder), await noted()]).toEqual(['current', names])
  })

  it('leave a newer schema alone and say so', async () => {
    await migrate(db, folder)
    await db.query("insert into schema_migrations (number, name) values (9999, '9999_hoverboards.sql')")
    expect(await schemaState(db, folder)).toBe('newer')
    await expect(migrate(db, folder)).rejects.toMatchObject({
      code: 'schema_newer',
      message: 'the database was made by a newer Lanekeeper',
      hint: expect.stringContaining('restore a backup'),
    })
    expect(await noted()).toEqual([...names, '9999_hoverboards.sql'])
  })

  it('run once where several start them at once', async () => {
    const pools = Array.from({ length: 4 }, () => openDb(database.url, 1))
    const ran = await Promise.all(pools.map((pool) => migrate(pool, folder)))
    await Promise.all(pools.map((pool) => pool.end()))
    expect(ran.flat().sort()).toEqual(names)
    expect([await schemaState(db, folder), await noted()]).toEqual(['current', names])
  })

  it('that fail leave nothing of themselves; the ones before stay, and mended they go on from there', async () => {
    write('steps/0001_good.sql', '-- the beginning\ncreate table good (id int);')
    write('steps/0002_broken.sql', 'create table half (id int); insert into half values (1); select nonsense();')
    write('steps/notes.md', 'is no migration')
    await expect(migrate(db, at('steps'))).rejects.toThrow('nonsense')
    expect([await noted(), await tables()]).toEqual([['0001_good.sql'], ['good', 'schema_migrations']])
    expect(await schemaState(db, at('steps'))).toBe('old')

    write('steps/0002_broken.sql', 'create table half (id int);')
    expect(await migrate(db, at('steps'))).toEqual(['0002_broken.sql'])
    expect(await tables()).toEqual(['good', 'half', 'schema_migrations'])
  })
})

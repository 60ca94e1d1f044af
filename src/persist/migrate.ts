import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Db, transaction } from '../db.ts'
import { LanekeeperError } from '../errors.ts'
import { LOCK } from './advisoryLocks.ts'

/** How the schema of a database stands to this version's migrations. */
export type SchemaState = 'current' | 'old' | 'newer'

interface Migration {
  number: number
  name: string
  text: string
}

async function migrationsIn(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => ({
      number: Number(name.slice(0, 4)),
      name,
      text: await readFile(join(folder, name), 'utf8'),
    })),
  )
}

async function applied(db: Db): Promise<number> {
  const { rows } = await db.query<{ there: boolean }>("select to_regclass('schema_migrations') is not null as there")
  if (!rows[0]!.there) return 0
  const newest = await db.query<{ number: number }>(
    'select coalesce(max(number), 0)::int as number from schema_migrations',
  )
  return newest.rows[0]!.number
}

/** Whether a database has the schema of the migrations in a folder, an older one (or none), or a newer one. */
export async function schemaState(db: Db, folder: string): Promise<SchemaState> {
  const newest = (await migrationsIn(folder)).at(-1)?.number ?? 0
  const there = await applied(db)
  if (there === newest) return 'current'
  return there < newest ? 'old' : 'newer'
}

/**
 * Brings a database to the newest migration of a folder, each in a transaction of its own, and returns the names of those that
 * ran. Forward only: a database with a newer schema is refused.
 */
export async function migrate(db: Db, folder: string): Promise<string[]> {
  if ((await schemaState(db, folder)) === 'newer')
    throw new LanekeeperError(
      'schema_newer',
      'the database was made by a newer Lanekeeper',
      'Start that one, or restore a backup.',
    )
  const ran: string[] = []
  for (const { number, name, text } of await migrationsIn(folder)) {
    await transaction(db, async (tx) => {
      await tx.query({ text: 'select pg_advisory_xact_lock($1)', values: [LOCK.migration] })
      await tx.query({
        text: 'create table if not exists schema_migrations (number int primary key, name text not null, ran_at timestamptz not null default now())',
      })
      const { rowCount } = await tx.query({
        text: 'select 1 from schema_migrations where number = $1',
        values: [number],
      })
      if (rowCount) return
      await tx.query({ text })
      await tx.query({ text: 'insert into schema_migrations (number, name) values ($1, $2)', values: [number, name] })
      ran.push(name)
    })
  }
  return ran
}

import { packaged, readConfig } from '../config.ts'
import { type Db, openDb } from '../db.ts'
import { LanekeeperError } from '../errors.ts'
import { runningEmbedded, startEmbedded } from '../persist/embeddedPostgres.ts'
import { migrate, schemaState } from '../persist/migrate.ts'

/** A database that a command works with. */
export interface Opened {
  db: Db
  /** Aborts if the embedded server goes down without having been asked. */
  lost: AbortSignal
  /** Ends the connections, and the embedded server if this command started it. */
  close(): Promise<void>
}

export const migrations = (): string => packaged('migrations')

/**
 * The database of DATABASE_URL, else the embedded one: that of a running server, or started for this command. The embedded one
 * is brought to the newest schema; another must have it. Throws a LanekeeperError that says what to do.
 */
export async function openDatabase(): Promise<Opened> {
  const { databaseUrl, home } = readConfig()
  const running = databaseUrl ?? (await runningEmbedded(home))
  const own = running === undefined ? await startEmbedded(home) : undefined
  const db = openDb(running ?? own!.url)
  const lost = new AbortController()
  void own?.ended.then(() => lost.abort())
  const close = async () => {
    await db.end()
    await own?.stop()
  }
  try {
    if (databaseUrl === undefined) await migrate(db, migrations())
    else await requireSchema(db)
    return { db, lost: lost.signal, close }
  } catch (error) {
    await close()
    throw reachable(error)
  }
}

async function requireSchema(db: Db): Promise<void> {
  const state = await schemaState(db, migrations())
  if (state === 'old')
    throw new LanekeeperError(
      'schema_old',
      'the schema of the database is older than this Lanekeeper',
      'Run "lanekeeper migrate" first.',
    )
  if (state === 'newer')
    throw new LanekeeperError(
      'schema_newer',
      'the database was made by a newer Lanekeeper',
      'Start that one, or restore a backup.',
    )
}

/** A database that does not answer, or an address that is none, is somebody's to mend, not a fault of ours. */
export function reachable(error: unknown): unknown {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  if (code === 'ERR_INVALID_URL')
    return new LanekeeperError(
      'usage',
      'DATABASE_URL is no address of a database',
      'Give one like postgres://user:password@host:5432/name.',
    )
  if (!/^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|28|3D000|08)/.test(code) && !/SASL|password must be/.test(message))
    return error
  return new LanekeeperError(
    'database_unavailable',
    `the database of DATABASE_URL does not answer (${code}: ${message})`,
    'Check the address, the password, and that it runs.',
  )
}

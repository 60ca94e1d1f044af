import type { KeyObject } from 'node:crypto'
import { packaged, readConfig } from '../config.ts'
import { type Db, openDb } from '../db.ts'
import { LanekeeperError } from '../errors.ts'
import { type EmbeddedPostgres, hasEmbedded, runningEmbedded, startEmbedded } from '../persist/embeddedPostgres.ts'
import { erasureKeyIn } from '../persist/erasureKey.ts'
import { migrate, schemaState } from '../persist/migrate.ts'

/** A database that a command works with. */
export interface Opened {
  db: Db
  /** Aborts if the embedded server goes down without having been asked. */
  lost: AbortSignal
  /** Of the ban markers; undefined where DATABASE_URL is set and LANEKEEPER_ERASURE_KEY is not. */
  erasureKey: KeyObject | undefined
  /** Ends the connections, and the embedded server if this command started it. */
  close(): Promise<void>
}

export const migrations = (): string => packaged('migrations')

/**
 * The database of DATABASE_URL, else the embedded one: that of a running server, or started for this command. The embedded one
 * is brought to the newest schema; another must have it. `alone`: refuses the embedded one of a running server, which would take it
 * along when it ends. `existing`: makes none, for whoever asks what is there. Throws a LanekeeperError that says what to do.
 */
export async function openDatabase({ alone = false, existing = false } = {}): Promise<Opened> {
  const { databaseUrl, home, erasureKey: given } = readConfig()
  if (existing && databaseUrl === undefined && !hasEmbedded(home)) throw noDatabase(home)
  const running = databaseUrl ?? (alone ? undefined : await runningEmbedded(home))
  const own = running === undefined ? await startEmbedded(home) : undefined
  const db = databaseUrl === undefined ? openDb(running ?? own!.url) : openGiven(databaseUrl)
  return openedWith(db, own, async () => {
    if (databaseUrl !== undefined) {
      await requireSchema(db)
      return given
    }
    await migrate(db, migrations())
    return given ?? (await erasureKeyIn(home))
  })
}

const noDatabase = (home: string): LanekeeperError =>
  new LanekeeperError(
    'database_missing',
    `there is no database in ${home}`,
    'Name the home of the server in LANEKEEPER_HOME, or its database in DATABASE_URL.',
  )

/** A database once `prepare` has brought it to its schema and told the key of the ban markers; where that fails it is closed again. */
export async function openedWith(
  db: Db,
  own: EmbeddedPostgres | undefined,
  prepare: () => Promise<KeyObject | undefined>,
): Promise<Opened> {
  const lost = new AbortController()
  void own?.ended.then(() => lost.abort())
  const close = async () => {
    await db.end()
    await own?.stop()
  }
  try {
    return { db, lost: lost.signal, erasureKey: await prepare(), close }
  } catch (error) {
    await close()
    throw reachable(error)
  }
}

/** The embedded server of a home has gone down without having been asked. */
export const postgresEnded = (home: string): LanekeeperError =>
  new LanekeeperError(
    'database_unavailable',
    'the embedded PostgreSQL has ended',
    `Look into ${home}/postgres/log, then start again.`,
  )

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

/** Opens the database of DATABASE_URL. Throws a usage error if that is no address of one; it is not quoted, it may hold a password. */
export function openGiven(databaseUrl: string): Db {
  if (URL.canParse(databaseUrl) && /^postgres(ql)?:\/\//.test(databaseUrl)) return openDb(databaseUrl)
  throw new LanekeeperError(
    'usage',
    'DATABASE_URL is no address of a PostgreSQL',
    'Give one like postgres://user:password@host:5432/name, or unset it.',
  )
}

/** A database that does not answer, or does not let us in, is somebody's to mend, not a fault of ours. */
export function reachable(error: unknown): unknown {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  const found = REFUSALS.find(([looks]) => looks.test(`${code} ${message}`))
  return found
    ? new LanekeeperError('database_unavailable', code ? `${found[1]} (${code})` : found[1], found[2])
    : error
}

const REFUSALS: readonly [RegExp, string, string][] = [
  [
    /SASL.*password must be/,
    'DATABASE_URL holds no password, and its server asks for one',
    'Write it as user:password@.',
  ],
  [/^28/, 'the server of DATABASE_URL does not take this user with this password', 'Check both in DATABASE_URL.'],
  [/^3D000/, 'the server of DATABASE_URL has no database of this name', 'Create it, or check the name.'],
  [
    /SSL|certificate/,
    'the server of DATABASE_URL and Lanekeeper do not agree on TLS',
    'Check sslmode in DATABASE_URL.',
  ],
  [
    /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|08|57P)/,
    'the database of DATABASE_URL does not answer',
    'Check host and port, and that it runs.',
  ],
]

import pg from 'pg'

/** A pool of connections; a read may use it, a write needs a Tx. */
export type Db = pg.Pool
export type Row = Record<string, unknown>

declare const inTransaction: unique symbol

/** Whatever answers one statement. */
export interface Reader {
  query<R extends Row>(query: pg.QueryConfig): Promise<pg.QueryResult<R>>
}

/** A connection inside a transaction, made by `transaction` and nothing else. */
export interface Tx extends Reader {
  readonly [inTransaction]: true
}

/** A connection of one's own, for what lasts as long as it does: a lock, its own settings, what others notify. */
export interface Session extends Reader {
  /** Calls back for every notification on the channels that it listens to. */
  onNotification(listener: () => void): void
  /** Resolves when the connection is over, however. */
  ended: Promise<void>
  /** Returns when the server has let go of what it held. */
  close(): Promise<void>
}

/** SQLSTATEs that mean something here. */
export const SERIALIZATION_FAILURE = '40001'
export const DEADLOCK_DETECTED = '40P01'

export const sqlState = (error: unknown): string | undefined => (error as { code?: string } | undefined)?.code

/** Hangs up where it cannot log in; the driver alone would hold the line, and the process, until the server's time is up. */
class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config)
    this.on('error', () => {}) // it broke between two statements of a transaction: the next one fails, the process lives on
  }

  override connect(): Promise<pg.Client>
  override connect(callback: Connected): void
  override connect(callback?: Connected): Promise<pg.Client> | undefined {
    if (!callback) return super.connect()
    super.connect((error: Error | null) => {
      if (error) void this.end().catch(() => {})
      ;(callback as (error: Error | null, client: pg.Client) => void)(error, this)
    })
  }
}

type Connected = ((error: Error) => void) | ((error: null, client: pg.Client) => void)

/** Who has waited so long for a connection, new or free, is told that there is none. Milliseconds. */
const PATIENCE = 10_000

/**
 * Opens a pool; connections are made when they are needed. Statements that are not waited for go out together, and are carried out in
 * their order: on a busy machine every answer that is waited for costs a turn of two processes. 64-bit integers come as numbers: none here exceeds 2^53. */
export function openDb(url: string, size = 8, patience = PATIENCE): Db {
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === 20 ? Number : pg.types.getTypeParser(oid, format as 'text'),
  }
  const settings = { connectionString: url, max: size, connectionTimeoutMillis: patience, pipeline: true }
  const pool = new pg.Pool({ ...settings, types: types as pg.CustomTypesConfig, Client })
  pool.on('error', () => {}) // an idle connection that broke is replaced; who needs one hears of it
  return pool
}

/**
 * Whoever says nothing for so long in the middle of a transaction is stopped or cut off: PostgreSQL undoes it, so that its locks keep
 * nobody from going on in its place. Milliseconds.
 */
const SILENT_MS = 10_000
// Read committed whatever the server's default: who waits for a lock then sees what it waited for.
const BEGIN = `begin isolation level read committed; set local idle_in_transaction_session_timeout = ${SILENT_MS}`

/** Runs `work` in one transaction: committed if it returns, undone if it throws. */
export async function transaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await db.connect()
  let broken: Error | undefined
  try {
    const [, result] = await Promise.all([client.query(BEGIN), work(client as unknown as Tx)]) // the first statement goes out with it
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/**
 * Waits for statements that were sent without waiting for each other's answers. They are carried out in their order, so of those that
 * fail the first one says why; what it threw is thrown once all are through.
 */
export async function together<const T extends readonly (Promise<unknown> | undefined)[]>(
  statements: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(statements)
  for (const one of settled) if (one.status === 'rejected') throw one.reason
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as never
}

/** Takes a connection out of the pool until it is closed or breaks. */
export async function openSession(db: Db): Promise<Session> {
  const client = await db.connect()
  let isReleased = false
  const ended = new Promise<void>((done) => client.once('end', done))
  const close = () => {
    if (!isReleased) client.release(true) // never to be used again: it may hold locks
    isReleased = true
    return ended
  }
  void ended.then(close)
  return {
    query: (query) => client.query(query),
    onNotification: (listener) => void client.on('notification', listener),
    ended,
    close,
  }
}

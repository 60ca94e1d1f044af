import { setTimeout as wait } from 'node:timers/promises'
import { type Db, DEADLOCK_DETECTED, SERIALIZATION_FAILURE, sqlState } from '../db.ts'

/** A database that has not answered so long after it was asked does not answer. Milliseconds. */
const PATIENCE = 2000

/** Classes of SQLSTATE that say "not now": connection, resources, operator intervention. */
const CLASSES = ['08', '53', '57']
const STATES = [SERIALIZATION_FAILURE, DEADLOCK_DETECTED, '25006', '25P03', '55P03'] // a standby, which takes no writes; silence in a transaction
const SOCKET = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]

/** Whether an error says that the database cannot be reached or cannot do its work now, so that trying again later may help. */
export function isDatabaseAway(error: unknown): boolean {
  const code = sqlState(error)
  if (code !== undefined) return SOCKET.includes(code) || STATES.includes(code) || CLASSES.includes(code.slice(0, 2))
  const message = error instanceof Error ? error.message : ''
  return /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after calling end|Query read timeout)/.test(
    message,
  )
}

/** Whether the database answers. */
export async function answers(db: Db): Promise<boolean> {
  const asked = db.query({ name: 'database/answers', text: 'select' }).then(
    () => true,
    () => false,
  )
  return Promise.race([asked, wait(PATIENCE, false, { ref: false })])
}

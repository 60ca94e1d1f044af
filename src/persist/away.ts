import { DEADLOCK_DETECTED, SERIALIZATION_FAILURE, sqlState } from '../db.ts'

/** Classes of SQLSTATE that say "not now": connection, resources, operator intervention. */
const CLASSES = ['08', '53', '57']
const STATES = [SERIALIZATION_FAILURE, DEADLOCK_DETECTED, '25006', '55P03'] // 25006: a standby, which takes no writes
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

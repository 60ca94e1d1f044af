import { createHash } from 'node:crypto'

/** An id that derives from its cause, so that the same history gives the same ids wherever it is decided. */
export const idFrom = (prefix: 'vio' | 'res' | 'apl', ...cause: (string | number)[]): string =>
  `${prefix}_${createHash('sha256').update(JSON.stringify(cause)).digest('hex').slice(0, 20)}`

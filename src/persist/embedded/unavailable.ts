import { LanekeeperError } from '../../errors.ts'

/** The embedded PostgreSQL cannot run here; whoever reads this has always the way out. */
export const unavailable = (message: string, hint: string): LanekeeperError =>
  new LanekeeperError('database_unavailable', message, `${hint}, or set DATABASE_URL to a PostgreSQL of your own.`)

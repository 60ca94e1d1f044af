import type { Db } from '../db.ts'

/** What the database's clock says, in milliseconds. */
export async function readDatabaseClock(db: Db): Promise<number> {
  const { rows } = await db.query<{ now: number }>({
    text: 'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
  })
  return rows[0]!.now
}

import { readConfig } from '../config.ts'
import type { Db } from '../db.ts'
import { deleteStaleCapacity } from '../persist/capacity.ts'
import { deleteExpiredDeadLetters } from '../persist/deadLetters.ts'
import { deleteExpiredExcerpts } from '../persist/excerpts.ts'
import { deleteExpiredTombstones } from '../persist/tombstones.ts'

/** Deletes what is past its term: excerpts by the engine's clock, `now`, the rest by the database's. */
export async function expire(db: Db, now: number): Promise<void> {
  await deleteExpiredExcerpts(db, now)
  await deleteExpiredDeadLetters(db, readConfig().deadLetterDays)
  await deleteExpiredTombstones(db)
  await deleteStaleCapacity(db)
}

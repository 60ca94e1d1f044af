import type { Tx } from '../db.ts'

/**
 * From here on the statements of this transaction are planned once for good, from row to row by indexes: right for a few rows out of
 * however many. Left to itself PostgreSQL takes a growing table for what it was when it was last analyzed. It keeps a plan that reads
 * all of it for each row, made while it was small, and where it plans anew it reads all of it once, to look up three rows.
 */
export async function byIndexes(tx: Tx): Promise<void> {
  await tx.query({ name: 'plans/by-indexes', text: `select ${SETTINGS.map(setting).join(', ')}`, values: [] })
}

const SETTINGS = [
  ['plan_cache_mode', 'force_generic_plan'],
  ['enable_seqscan', 'off'],
  ['enable_bitmapscan', 'off'], // which does not learn of rows that are dead, and reads them again each time
  ['enable_hashjoin', 'off'],
  ['enable_mergejoin', 'off'],
] as const

const setting = ([name, value]: (typeof SETTINGS)[number]) => `set_config('${name}', '${value}', true)`

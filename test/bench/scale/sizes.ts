import type { Db } from '../../../src/db.ts'

/** Tables that grow, in the order in which they are told of. */
const TABLES = ['accounts', 'account_ids', 'ledger', 'inputs', 'violations', 'notices', 'outbox', 'kafka_positions']

/** Rows of each table that grows, and bytes of a row with its indexes. */
export async function sizesOf(db: Db): Promise<string[]> {
  await db.query('vacuum analyze')
  const told: string[] = []
  for (const table of TABLES) {
    const { rows } = await db.query<{ rows: number; bytes: number }>(
      `select (select count(*) from ${table}) as rows, pg_total_relation_size('${table}') as bytes`,
    )
    const [{ rows: count, bytes }] = rows as [{ rows: number; bytes: number }]
    const each = count === 0 ? 'none' : `${Math.round(bytes / count).toLocaleString('en')} bytes a row`
    told.push(`${table}: ${count.toLocaleString('en')} rows, ${each}`)
  }
  return told
}

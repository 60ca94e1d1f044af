import { openDb } from '../../src/db.ts'

/** Runs a statement about a database in the server's own, and gives the address of the one that is meant. */
export async function onServer(url: string, sql: string, database: string): Promise<string> {
  const db = openDb(url, 1)
  try {
    await db.query(sql)
  } finally {
    await db.end()
  }
  const address = new URL(url)
  address.pathname = `/${database}`
  return address.href
}

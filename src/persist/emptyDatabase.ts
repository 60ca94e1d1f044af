import { type Db, transaction } from '../db.ts'

/** Removes everything that is in a database, the schema included. */
export async function emptyDatabase(db: Db): Promise<void> {
  await transaction(db, async (tx) => {
    await tx.query({ text: 'drop schema public cascade' })
    await tx.query({ text: 'create schema public' })
  })
}

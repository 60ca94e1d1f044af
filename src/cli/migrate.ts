import type { Command } from 'commander'
import { readConfig } from '../config.ts'
import { migrate } from '../persist/migrate.ts'
import { migrations, openDatabase, openGiven, reachable } from './database.ts'
import { print } from './output.ts'

/** `lanekeeper migrate` */
export function addMigrate(program: Command): void {
  program.command('migrate').description('bring the database to the newest schema').action(runMigrations)
}

async function runMigrations(): Promise<void> {
  const { databaseUrl } = readConfig()
  if (databaseUrl === undefined) {
    const { close } = await openDatabase() // the embedded one is migrated whenever it is opened
    await close()
    return print('the embedded database has the newest schema')
  }
  const db = openGiven(databaseUrl)
  try {
    const ran = await migrate(db, migrations())
    print(ran.length === 0 ? 'the database has the newest schema already' : `ran ${ran.join(', ')}`)
  } catch (error) {
    throw reachable(error)
  } finally {
    await db.end()
  }
}

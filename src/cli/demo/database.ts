import { readConfig } from '../../config.ts'
import { openDb } from '../../db.ts'
import { startEmbedded } from '../../persist/embeddedPostgres.ts'
import { emptyDatabase } from '../../persist/emptyDatabase.ts'
import { erasureKeyIn } from '../../persist/erasureKey.ts'
import { migrate } from '../../persist/migrate.ts'
import { migrations, type Opened, openedWith } from '../database.ts'

/** A day and a half in 40 seconds is not worth waiting for the disk; a power cut may cost the last moment of it, no more. */
const SETTINGS = { synchronous_commit: 'off' }

/** The embedded database of a home, begun anew. Throws a LanekeeperError where it cannot run, or where another Lanekeeper runs it. */
export async function openDemoDatabase(home: string): Promise<Opened> {
  const own = await startEmbedded(home, SETTINGS) // refuses a home in use, so nobody's data are removed under his feet
  const db = openDb(own.url)
  return openedWith(db, own, async () => {
    await emptyDatabase(db)
    await migrate(db, migrations())
    return readConfig().erasureKey ?? erasureKeyIn(home)
  })
}

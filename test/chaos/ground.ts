import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packaged, readConfig } from '../../src/config.ts'
import { type Db, openDb, transaction } from '../../src/db.ts'
import { type EmbeddedPostgres, startEmbedded } from '../../src/persist/embeddedPostgres.ts'
import { createKey } from '../../src/persist/keys.ts'
import { migrate } from '../../src/persist/migrate.ts'
import { createTopics, topicPlans } from '../../src/publish/kafka/topics.ts'
import { type Broker, startBroker } from '../support/kafka/broker.ts'
import { kafkaOf } from '../support/kafka/kafka.ts'

/** Killed processes lose nothing that the machine has; only the machine itself could, and nobody pulls its plug here. */
const SETTINGS = { fsync: 'off', max_connections: '200' }

/** A broker and a database of one run's own, which may be restarted, and the keys to its API. */
export interface Ground {
  /** Environment of a Lanekeeper that works here. */
  env: Record<string, string>
  databaseUrl: string
  settings: NonNullable<ReturnType<typeof readConfig>['kafka']>
  kafka: ReturnType<typeof kafkaOf>
  db: Db
  keys: { support: string; gateway: string }
  restartBroker(): Promise<void>
  restartDatabase(atOnce: boolean): Promise<void>
  /** Stops both and removes their folders. */
  close(): Promise<void>
}

/** Starts them. Throws NoKafka where there is none, and a LanekeeperError where PostgreSQL cannot run. */
export async function openGround(partitions: number): Promise<Ground> {
  const home = await mkdtemp(join(tmpdir(), 'lanekeeper-chaos-'))
  await chmod(home, 0o711) // as root PostgreSQL runs as another user
  let broker: Broker | undefined
  let postgres: EmbeddedPostgres | undefined
  let db: Db | undefined
  const close = async () => {
    await db?.end()
    await broker?.stop()
    await postgres?.stop()
    await rm(home, { recursive: true, force: true })
  }
  try {
    broker = await startBroker()
    postgres = await startEmbedded(home, SETTINGS)
    const { url } = postgres
    db = openDb(url, 4, 2000)
    await migrate(db, packaged('migrations'))
    const env = { KAFKA_BROKERS: broker.plain, KAFKA_PARTITIONS: `${partitions}` }
    const settings = readConfig(env).kafka!
    const kafka = kafkaOf(settings)
    await createTopics(kafka, topicPlans(settings))
    const keys = await transaction(db, async (tx) => ({
      support: (await createKey(tx, 'support')).key,
      gateway: (await createKey(tx, 'gateway')).key,
    }))
    return {
      ...{ env, databaseUrl: url, settings, kafka, db, keys, close },
      restartBroker: broker.restart,
      async restartDatabase(atOnce) {
        if (atOnce) await crash(home)
        await (atOnce ? postgres!.ended : postgres!.stop())
        postgres = await startEmbedded(home, SETTINGS)
        if (postgres.url !== url) throw new Error('PostgreSQL came back at another address')
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Has PostgreSQL drop everything at once, as if it had crashed. */
async function crash(home: string): Promise<void> {
  const [pid] = (await readFile(join(home, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n')
  process.kill(Number(pid), 'SIGQUIT')
}

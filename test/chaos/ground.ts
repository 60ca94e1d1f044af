import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { packaged, readConfig } from '../../src/config.ts'
import { type Db, openDb, transaction } from '../../src/db.ts'
import { type EmbeddedPostgres, startEmbedded } from '../../src/persist/embeddedPostgres.ts'
import { createKey } from '../../src/persist/keys.ts'
import { migrate } from '../../src/persist/migrate.ts'
import { openInspector } from '../../src/publish/kafka/inspector.ts'
import { createTopics, topicPlans } from '../../src/publish/kafka/topics.ts'
import { startBroker } from '../support/kafka/broker.ts'
import { kafkaOf } from '../support/kafka/kafka.ts'

/** Killed processes lose nothing that the machine has; only the machine itself could, and nobody pulls its plug here. */
const SETTINGS = { fsync: 'off', max_connections: '200' }
const AGAIN_MS = 100

/** A broker and a database of one run's own, which may be restarted, and the keys to its API. */
export interface Ground {
  /** Environment of a Lanekeeper that works here. */
  env: Record<string, string>
  databaseUrl: string
  settings: NonNullable<ReturnType<typeof readConfig>['kafka']>
  kafka: ReturnType<typeof kafkaOf>
  db: Db
  keys: { support: string; gateway: string }
  /** How many records the topic of requests has. */
  end(): Promise<number>
  restartBroker(): Promise<void>
  restartDatabase(atOnce: boolean): Promise<void>
  /** Stops both and removes their folders. */
  close(): Promise<void>
}

/** Starts them. Throws NoKafka where there is none, and a LanekeeperError where PostgreSQL cannot run. */
export async function openGround(partitions: number): Promise<Ground> {
  const home = await mkdtemp(join(tmpdir(), 'lanekeeper-chaos-'))
  await chmod(home, 0o711) // as root PostgreSQL runs as another user
  const starting = [startBroker(), startEmbedded(home, SETTINGS)] as const
  let postgres: EmbeddedPostgres | undefined
  let db: Db | undefined
  const close = async () => {
    await db?.end()
    await starting[0].then((broker) => broker.stop()).catch(() => {}) // it has not come to that
    await postgres?.stop()
    await rm(home, { recursive: true, force: true })
  }
  try {
    await Promise.allSettled(starting)
    postgres = await starting[1]
    const broker = await starting[0]
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
      end: () => endOf(kafka, settings.topics.requests),
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

/** A broker that came back a moment ago does not lead all of its partitions yet. */
async function endOf(kafka: Ground['kafka'], topic: string, tries = 100): Promise<number> {
  const inspector = await openInspector(kafka)
  try {
    return (await inspector.bounds(topic)).reduce((sum, { high }) => sum + high, 0)
  } catch (error) {
    if (tries === 0) throw error
  } finally {
    await inspector.close()
  }
  await delay(AGAIN_MS)
  return endOf(kafka, topic, tries - 1)
}

/** Has PostgreSQL drop everything at once, as if it had crashed. */
async function crash(home: string): Promise<void> {
  const [pid] = (await readFile(join(home, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n')
  process.kill(Number(pid), 'SIGQUIT')
}

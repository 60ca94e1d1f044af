import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type KafkaSettings, packaged, readConfig } from '../../../src/config.ts'
import { type Db, openDb } from '../../../src/db.ts'
import { createLogger } from '../../../src/logger.ts'
import { startEmbedded } from '../../../src/persist/embeddedPostgres.ts'
import { migrate } from '../../../src/persist/migrate.ts'
import { type Kafka, openKafka } from '../../../src/publish/kafka/client.ts'
import { createTopics, topicPlans } from '../../../src/publish/kafka/topics.ts'
import { startBroker } from '../../support/kafka/broker.ts'
import { onServer } from '../../support/onServer.ts'

/** A broker, or those of KAFKA_BROKERS, and a PostgreSQL, for one run of a bench. */
export interface Site {
  brokers: string
  postgresUrl: string
  close(): Promise<void>
}

export async function openSite(): Promise<Site> {
  const given = readConfig().kafka?.brokers.join(',')
  const broker = given === undefined ? await startBroker() : undefined
  const home = await mkdtemp(join(tmpdir(), 'lanekeeper-bench-'))
  await chmod(home, 0o711) // as root PostgreSQL runs as another user
  const postgres = await startEmbedded(home)
  return {
    brokers: given ?? broker!.plain,
    postgresUrl: postgres.url,
    async close() {
      await postgres.stop()
      await broker?.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** Topics and a database of one measurement. */
export interface Ground {
  env: Record<string, string>
  settings: KafkaSettings
  kafka: Kafka
  databaseUrl: string
  db: Db
}

export async function groundOn({ brokers, postgresUrl }: Site, name: string, partitions: number): Promise<Ground> {
  const prefix = `bench_${name}_${process.pid}`
  const env = { KAFKA_BROKERS: brokers, KAFKA_TOPIC_PREFIX: `${prefix}.`, KAFKA_PARTITIONS: `${partitions}` }
  const settings = readConfig(env).kafka!
  const kafka = openKafka({ ...settings, ca: undefined }, createLogger('silent'), 'service')
  await createTopics(kafka, topicPlans(settings))
  const databaseUrl = await onServer(postgresUrl, `create database ${prefix}`, prefix)
  const db = openDb(databaseUrl, 4)
  await migrate(db, packaged('migrations'))
  return { env, settings, kafka, databaseUrl, db }
}

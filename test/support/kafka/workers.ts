import { afterEach, beforeEach, expect } from 'vitest'
import { type Db, openDb } from '../../../src/db.ts'
import { type TestDatabase, testDatabase } from '../postgres.ts'
import { linesOf } from '../run.ts'
import { Server } from '../server.ts'
import { type TestKafka, testKafka } from './kafka.ts'
import { replayedTopic } from './replayedTopic.ts'
import { produce, type Request } from './requests.ts'

/** Topics and a database of each test, with the workers on them. */
export interface TestWorkers extends TestKafka {
  db: Db
  databaseUrl: string
  start(args?: string[], env?: Record<string, string>): Promise<Server>
  write(requests: readonly Request[]): Promise<void>
  /** How many records have been taken. */
  taken(): Promise<number>
  /** Sum of the epochs of all partitions. */
  epochs(): Promise<number>
  /** Waits until everything is decided as a replay of these decides it, event by event and byte for byte. */
  expectReplayed(requests: readonly Request[]): Promise<void>
}

/** How to wait for workers on a machine that has other things to do. */
export const PATIENT = { timeout: 60_000, interval: 100 }

/** Declares them, on topics of so many partitions, on brokers of their own if some are given; below a `describeKafka`. */
export function testWorkers(partitions: number, brokers?: () => string): TestWorkers {
  const own = {} as TestWorkers
  let database: TestDatabase
  const servers: Server[] = []
  beforeEach(async () => {
    database = await testDatabase()
    Object.assign(own, await testKafka({ partitions, ...(brokers ? { brokers: brokers() } : {}) }), {
      db: openDb(database.url, 2),
      databaseUrl: database.url,
    })
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.kill('SIGKILL')
    await own.db.end()
    await database.drop()
    await own.drop()
  })
  own.start = async (args = ['--clock', 'events'], env = {}) => {
    const server = new Server(database.url, args, { ...own.env, LOG_LEVEL: 'error', ...env })
    servers.push(server)
    await server.start()
    return server
  }
  own.write = (requests) => produce(own.kafka, own.settings.topics.requests, requests)
  const sum = async (column: string) =>
    (await own.db.query(`select coalesce(sum(${column}), 0)::int as sum from kafka_positions`)).rows[0].sum
  own.taken = () => sum('next_offset')
  own.epochs = () => sum('epoch')
  own.expectReplayed = async (requests) => {
    const { ledger, ordinals } = await replayedTopic(requests)
    await expect.poll(own.taken, PATIENT).toBe(requests.length)
    const exported = async () => linesOf((await servers[0]!.run('ledger', 'export')).stdout)
    await expect.poll(exported, { ...PATIENT, interval: 500 }).toEqual(ledger)
    const { rows } = await own.db.query('select account_id, ordinal from accounts')
    expect(Object.fromEntries(rows.map((row) => [row.account_id, row.ordinal]))).toEqual(ordinals)
    expect((await servers[0]!.run('audit', 'verify')).stdout).toContain('0 findings')
  }
  return own
}

import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Db, openDb } from '../../../src/db.ts'
import { describeKafka, type TestKafka, testKafka } from '../../support/kafka/kafka.ts'
import { replayedTopic } from '../../support/kafka/replayedTopic.ts'
import { produce, type Request, requestsOf } from '../../support/kafka/requests.ts'
import { type TestDatabase, testDatabase } from '../../support/postgres.ts'
import { linesOf } from '../../support/run.ts'
import { Server } from '../../support/server.ts'
import { partOfWeek } from '../../support/week.ts'

const PARTITIONS = 4

describeKafka('workers', () => {
  let own: TestKafka
  let database: TestDatabase
  let db: Db
  const servers: Server[] = []
  beforeEach(async () => {
    own = await testKafka({ partitions: PARTITIONS })
    database = await testDatabase()
    db = openDb(database.url)
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.kill('SIGKILL')
    await db.end()
    await database.drop()
    await own.drop()
  })

  async function worker(...args: string[]): Promise<Server> {
    const server = new Server(database.url, ['--clock', 'events', ...args], { ...own.env, LOG_LEVEL: 'error' })
    servers.push(server)
    await server.start()
    return server
  }
  const write = (requests: readonly Request[]) => produce(own.kafka, own.settings.topics.requests, requests)
  const lettersOf = async () => (await db.query('select partition, log_offset, path, reason from dead_letters')).rows
  const exported = async (server: Server) => linesOf((await server.run('ledger', 'export')).stdout)

  it('decide what a replay of the topic decides, byte for byte, and lay aside what cannot be read, once', async () => {
    const log = requestsOf(await partOfWeek(), PARTITIONS)
    const copies = log.filter((_, index) => index % 50 === 0)
    const expected = await replayedTopic([...log, ...copies])
    const server = await worker()
    await write([...log, ...copies])
    await expect.poll(() => exported(server), { timeout: 60_000, interval: 500 }).toEqual(expected)
    expect((await server.run('audit', 'verify')).stdout).toContain('0 findings')
    expect(await lettersOf()).toHaveLength([...log, ...copies].filter(({ key }) => key === null).length)
    const { code, stderr } = await server.kill('SIGTERM')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

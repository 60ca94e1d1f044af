import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Db, openDb, transaction } from '../../../src/db.ts'
import { type DeadLetter, saveDeadLetters } from '../../../src/persist/deadLetters.ts'
import { START } from '../../support/account.ts'
import { describeKafka, type TestKafka, testKafka } from '../../support/kafka/kafka.ts'
import { readTopic } from '../../support/kafka/topicReader.ts'
import { type TestDatabase, testDatabase } from '../../support/postgres.ts'
import { complaintOf, lanekeeper, linesOf } from '../../support/run.ts'

const event = { id: 'e1', time: '2026-11-02T09:00:00Z', accountId: 'ada', plan: 'pro', input: { text: 'héllo' } }

describeKafka('lanekeeper dead-letters', () => {
  let own: TestKafka
  let database: TestDatabase
  let db: Db
  beforeAll(async () => {
    own = await testKafka()
    database = await testDatabase()
    db = openDb(database.url)
    await transaction(db, (tx) => saveDeadLetters(tx, letters()))
  })
  afterAll(async () => {
    await db.end()
    await database.drop()
    await own.drop()
  })

  const letters = (): DeadLetter[] => {
    const at = { topic: own.settings.topics.requests, partition: 3, loggedAt: START, key: Buffer.from('ada') }
    return [
      { ...at, offset: 5, key: Buffer.from('bo'), value: bytes(event), path: 'accountId', reason: 'is not the key' },
      { ...at, offset: 6, value: Buffer.from('{"id":'), path: '', reason: 'is not JSON: it ends too early' },
      { ...at, offset: 7, value: null, path: '', reason: 'has no value' },
      {
        ...at,
        topic: own.settings.topics.capacity,
        key: null,
        offset: 0,
        value: bytes({ utilization: 0.5, at: new Date(START).toISOString() }),
        path: 'at',
        reason: 'time_in_future: more than 5 minutes ahead',
      },
    ]
  }
  const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))
  const run = (...args: string[]) =>
    lanekeeper(['dead-letters', ...args], { env: { ...own.env, DATABASE_URL: database.url } })
  const place = (offset: number) => `${own.settings.topics.requests}/3/${offset}`

  it('lists them with place and cause, and never with their words', async () => {
    const { code, stdout } = await run('list')
    expect(code).toBe(0)
    expect(linesOf(stdout)).toHaveLength(4)
    expect(stdout).toContain(
      `${place(5)}  2026-11-02T09:00:00.000Z  key "bo", ${bytes(event).length} bytes: accountId is not the key\n`,
    )
    expect(stdout).not.toContain('héllo')
    const page = linesOf((await run('list', '--json', '--limit', '2', '--after', place(5))).stdout)
    expect(page.map((line) => JSON.parse(line))).toMatchObject([
      { place: place(6), reason: 'is not JSON: it ends too early', bytes: 6, redrivenAt: null },
      { place: place(7), bytes: null },
    ])
  })

  it('shows one byte for byte', async () => {
    expect(linesOf((await run('show', place(5))).stdout)[1]).toBe(JSON.stringify(event))
    const { value } = JSON.parse((await run('show', place(5), '--json')).stdout)
    expect(Buffer.from(value, 'base64')).toEqual(bytes(event))
    expect(complaintOf(await run('show', place(99)))).toContain('there is no dead letter')
    expect(complaintOf(await run('show', 'x'))).toContain('"x" is no place in a log')
  })

  it('sends again what can be read by now, under its account, and tells of the rest why not', async () => {
    expect(complaintOf(await run('redrive'))).toContain('Give places, or --all.')
    const all = await run('redrive', '--all')
    expect(all.code).toBe(1)
    expect(linesOf(all.stdout)).toEqual([`${own.settings.topics.capacity}/3/0 sent again`, `${place(5)} sent again`])
    expect(linesOf(all.stderr)).toEqual([
      `${place(6)} still cannot be read: is not JSON: it ends too early`,
      `${place(7)} has no value`,
    ])
    const requests = await readTopic(own.kafka, own.settings.topics.requests)
    await requests.until((records) => records.length === 1)
    expect(`${requests.records[0]!.key}`).toBe('ada')
    expect(requests.records[0]!.value).toEqual(bytes(event))
    await requests.close()
    const { stdout } = await run('list', '--all', '--json')
    expect(linesOf(stdout).filter((line) => JSON.parse(line).redrivenAt !== null)).toHaveLength(2)
    expect(complaintOf(await run('redrive', place(5)))).toMatch(/was sent again at \d{4}-/)
  })

  it('says in a line which brokers do not answer', async () => {
    const env = { DATABASE_URL: database.url, KAFKA_BROKERS: '127.0.0.1:1' }
    const away = await lanekeeper(['dead-letters', 'redrive', '--all'], { env })
    expect(complaintOf(away)).toContain('the brokers of KAFKA_BROKERS do not answer (ECONNREFUSED)')
  })
})

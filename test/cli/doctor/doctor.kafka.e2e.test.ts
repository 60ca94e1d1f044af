import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Db, openDb, transaction } from '../../../src/db.ts'
import { movePositions, readPartitions, takePartitions } from '../../../src/persist/kafkaPositions.ts'
import { rememberPartitions } from '../../../src/persist/kafkaTopics.ts'
import { openSender } from '../../../src/publish/kafka/sender.ts'
import { describeKafka, describeOwnBroker, loggedIn, type TestKafka, testKafka } from '../../support/kafka/kafka.ts'
import { type TestDatabase, testDatabase } from '../../support/postgres.ts'
import { lanekeeper, linesOf } from '../../support/run.ts'

/** A doctor beside topics and a database of a test file's own. */
function testDoctor(missing: boolean) {
  const own = {} as TestKafka & {
    db: Db
    run(args?: string[], env?: Record<string, string>): ReturnType<typeof lanekeeper>
  }
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase()
    Object.assign(own, await testKafka({ missing }), { db: openDb(database.url) })
  })
  afterAll(async () => {
    await own.db.end()
    await database.drop()
    await own.drop()
  })
  own.run = (args = [], env = {}) =>
    lanekeeper(['doctor', ...args], { env: { ...own.env, DATABASE_URL: database.url, ...env } })
  return own
}

const wrongOf = (stdout: string) => linesOf(stdout).filter((line) => line.startsWith('WRONG'))

describeKafka('lanekeeper doctor', () => {
  const own = testDoctor(true)

  it('names every topic that is missing, creates them where it is asked to, and is content then', async () => {
    const before = await own.run(['--read-only'])
    expect(before.code).toBe(1)
    expect(wrongOf(before.stdout)).toEqual(
      Object.values(own.settings.topics).map(
        (name) => `WRONG  ${name}: the topic is missing. Create it, or let "lanekeeper doctor --create-topics" do it.`,
      ),
    )
    const after = await own.run(['--create-topics'])
    expect(wrongOf(after.stdout)).toEqual([])
    expect(after.code).toBe(0)
    expect(after.stdout.match(/was missing and is created/g)).toHaveLength(5)
    expect(after.stdout).toMatch(/ok {5}database: its clock is -?\d+ ms ahead .* \(by asking it\)\n/)
    expect(after.stdout).toMatch(/ok {5}brokers: its clock is -?\d+ ms ahead .* \(by the append time of a record/)
    expect(after.stdout).toMatch(/ok {5}broker 127.0.0.1:\d+: answers\n/)
  })

  it('tells what waits, and takes a gap only because it is told to', async () => {
    const topic = own.settings.topics.requests
    const sender = await openSender(own.kafka)
    for (let i = 0; i < 3; i++) await sender.send(topic, { key: 'ada', value: '{}', partition: 2 })
    await sender.close()
    const [held] = await takePartitions(own.db, topic, [{ partition: 2, low: 0 }])
    const move = (from: number, to: number) =>
      transaction(own.db, (tx) =>
        movePositions(tx, topic, [{ partition: 2, epoch: held!.epoch, from, to, greatestTime: undefined }]),
      )
    await move(0, 1)
    expect((await own.run(['--read-only'])).stdout).toContain(
      "2 offsets lie between PostgreSQL's positions and the end, 2 of them on partition 2",
    )

    await move(1, 7)
    const gap = await own.run(['--read-only', '--json'])
    expect(gap.code).toBe(1)
    const said = JSON.parse(gap.stdout).filter(({ isWrong }: { isWrong: boolean }) => isWrong)
    expect(said).toMatchObject([{ subject: `${topic}/2`, hint: expect.stringContaining('--accept-gap') }])
    expect((await readPartitions(own.db, topic))[0]).toMatchObject({ epoch: 1, nextOffset: 7 })

    expect((await own.run(['--read-only', '--accept-gap'])).code).toBe(0)
    expect((await readPartitions(own.db, topic))[0]).toMatchObject({ epoch: 2, nextOffset: 0 })
  })

  it('refuses another number of partitions than at first', async () => {
    await transaction(own.db, (tx) => rememberPartitions(tx, own.settings.topics.requests, 9))
    const { stdout, code } = await own.run(['--read-only'])
    expect(code).toBe(1)
    expect(wrongOf(stdout)).toEqual([expect.stringContaining('it has 4 partitions and had 9 when it was first read')])
  })

  it('tells in one line each that database or brokers are away', async () => {
    const { stdout, code } = await own.run([], {
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x',
      KAFKA_BROKERS: '127.0.0.1:1',
    })
    expect(code).toBe(1)
    expect(linesOf(stdout)).toEqual([
      expect.stringMatching(/^WRONG {2}database: the database of DATABASE_URL does not answer/),
      expect.stringMatching(/^WRONG {2}Kafka: the brokers of KAFKA_BROKERS do not answer \(ECONNREFUSED\)/),
    ])
  })
})

describeOwnBroker('lanekeeper doctor with SASL/SCRAM and TLS', () => {
  const own = testDoctor(false)

  it('says which right is missing', async () => {
    const allow = (resourceName: string, operation: AclOperationTypes, permissionType = AclPermissionTypes.ALLOW) => ({
      ...{ resourceType: AclResourceTypes.TOPIC, resourceName, resourcePatternType: ResourcePatternTypes.LITERAL },
      ...{ principal: 'User:limited', host: '*', operation, permissionType },
    })
    const { topics } = own.settings
    const admin = own.kafka.admin()
    await admin.connect()
    await admin.createAcls({
      acl: [
        allow(topics.notices, AclOperationTypes.DESCRIBE, AclPermissionTypes.DENY),
        allow(topics.capacity, AclOperationTypes.DESCRIBE),
        allow(topics['dead-letters'], AclOperationTypes.DESCRIBE),
        allow(topics['dead-letters'], AclOperationTypes.DESCRIBE_CONFIGS),
      ],
    })
    await admin.disconnect()
    const allowed = await own.run([], loggedIn('admin'))
    expect([allowed.code, wrongOf(allowed.stdout)]).toEqual([0, []])
    const limited = await own.run([], loggedIn('limited'))
    expect(limited.code).toBe(1)
    expect(wrongOf(limited.stdout)).toEqual(
      Object.entries({ capacity: 'DESCRIBE_CONFIGS', notices: 'DESCRIBE', 'dead-letters': 'WRITE' }).map(
        ([word, right]) => {
          const name = topics[word as keyof typeof topics]
          return `WRONG  ${name}: this user may not ${right} it (TOPIC_AUTHORIZATION_FAILED). Allow ${right} on it by an ACL.`
        },
      ),
    )
  })
})

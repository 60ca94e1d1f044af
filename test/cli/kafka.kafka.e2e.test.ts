import { expect, it } from 'vitest'
import { misuse } from '../support/events.ts'
import { describeKafka } from '../support/kafka/kafka.ts'
import { requestsOf } from '../support/kafka/requests.ts'
import { readTopic } from '../support/kafka/topicReader.ts'
import { PATIENT, testWorkers } from '../support/kafka/workers.ts'
import { complaintOf, lanekeeper, linesOf } from '../support/run.ts'

const PARTITIONS = 2

describeKafka('lanekeeper start beside Kafka', () => {
  const own = testWorkers(PARTITIONS)
  const keyOf = async (role: string) =>
    (
      await lanekeeper(['keys', 'create', '--role', role], { env: { ...own.env, DATABASE_URL: own.databaseUrl } })
    ).stdout.trim()
  const ready = (url: string) => async () => (await fetch(`${url}/readyz`)).status

  it('with its work shared out by roles decides, publishes and answers, and takes no events over HTTP', async () => {
    const [worker, server] = await Promise.all([
      own.start(['--clock', 'events', '--roles', 'worker']),
      own.start(['--clock', 'events', '--roles', 'api,relay']),
    ])
    const entitlements = await readTopic(own.kafka, own.settings.topics.entitlements)
    await own.write(requestsOf(linesOf(misuse('ada')), PARTITIONS))
    await entitlements.until((records) => records.length === 2)
    expect(entitlements.records.map(({ key, value }) => [`${key}`, JSON.parse(`${value}`).access])).toEqual([
      ['ada', 'allow'],
      ['ada', 'throttle'],
    ])
    await entitlements.close()

    const key = await keyOf('gateway')
    const refused = await server.post(key, misuse('bo'))
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([409, 'events_over_kafka'])
    const check = (url: string) =>
      fetch(`${url}/v1/check`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ accountId: 'ada', plan: 'pro', inFlight: 1 }),
      })
    expect(await (await check(server.url)).json()).toMatchObject({ access: 'throttle' })
    expect((await check(worker.url)).status).toBe(404)
    await expect.poll(ready(worker.url), PATIENT).toBe(200)
    expect(await worker.metric('lanekeeper_events_total')).toBe(30)
    expect(await worker.metric('lanekeeper_account_rows_total')).toBeLessThanOrEqual(30)
    for (const one of [worker, server]) expect((await one.kill('SIGTERM')).code).toBe(0)
  })

  it('leaves the group when it ends, so that others go on at once', async () => {
    const [first, second] = [await own.start(), await own.start()]
    await expect.poll(own.epochs, PATIENT).toBeGreaterThan(PARTITIONS)
    await expect.poll(ready(second.url), PATIENT).toBe(200)
    const epochs = await own.epochs()
    const begun = performance.now()
    expect((await first.kill('SIGTERM')).code).toBe(0)
    await expect.poll(own.epochs, PATIENT).toBe(epochs + PARTITIONS)
    expect(performance.now() - begun).toBeLessThan(6000) // a session's time
  })

  it('refuses a topic that is missing, or has another number of partitions than at first, in one line', async () => {
    const env = { ...own.env, DATABASE_URL: own.databaseUrl, PORT: '0' }
    const { requests } = own.settings.topics
    await own.db.query('insert into kafka_topics values ($1, 9)', [requests])
    const reshaped = await lanekeeper(['start'], { env })
    expect(complaintOf(reshaped)).toContain(`${requests} has 2 partitions and had 9 when it was first read`)
    const missing = await lanekeeper(['start'], { env: { ...env, KAFKA_TOPICS: 'requests=test.nowhere' } })
    expect(complaintOf(missing)).toContain('a topic is missing (UNKNOWN_TOPIC_OR_PARTITION)')
    const away = await lanekeeper(['start'], { env: { ...env, KAFKA_BROKERS: '127.0.0.1:1' } })
    expect(complaintOf(away)).toContain('the brokers of KAFKA_BROKERS do not answer')
    const roles = await lanekeeper(['start', '--roles', 'worker'], { env: { DATABASE_URL: own.databaseUrl } })
    expect([roles.code, complaintOf(roles)]).toEqual([2, expect.stringContaining('--roles and --create-topics are')])
  })
})

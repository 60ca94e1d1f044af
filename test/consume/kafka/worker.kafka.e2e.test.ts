import { expect, it } from 'vitest'
import { LOCK } from '../../../src/persist/advisoryLocks.ts'
import { describeKafka } from '../../support/kafka/kafka.ts'
import { requestsOf } from '../../support/kafka/requests.ts'
import { PATIENT, testWorkers } from '../../support/kafka/workers.ts'
import { partOfWeek, rushHour } from '../../support/week.ts'

const PARTITIONS = 4
const FENCED = 'lanekeeper_kafka_fenced_commits_total'

describeKafka('workers', () => {
  const own = testWorkers(PARTITIONS)
  const lettersOf = async () => (await own.db.query('select topic, partition, log_offset from dead_letters')).rowCount

  it('decide what a replay of the topic decides, byte for byte, and lay aside what cannot be read, once', async () => {
    const log = requestsOf(await partOfWeek(), PARTITIONS)
    const all = [...log, ...log.filter((_, index) => index % 50 === 0)]
    const server = await own.start()
    await own.write(all)
    await own.expectReplayed(all)
    expect(await lettersOf()).toBe(all.filter(({ key }) => key === null).length)
    const { code, stderr } = await server.kill('SIGTERM')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('killed in the middle and followed by others, they count every event once', async () => {
    const log = requestsOf(await rushHour(), PARTITIONS)
    const first = await own.start()
    await own.write(log)
    await expect.poll(own.taken, { ...PATIENT, interval: 10 }).toBeGreaterThan(0)
    await first.kill('SIGKILL')
    expect(await own.taken()).toBeLessThan(log.length)
    await Promise.all([own.start(), own.start()])
    await own.expectReplayed(log)
  })

  it('stopped for longer than their session they lose their partitions, and what they had begun is refused when they wake', async () => {
    const log = requestsOf((await rushHour()).slice(0, 1000), PARTITIONS)
    const [first, second] = [await own.start(), await own.start()]
    await expect.poll(own.epochs, PATIENT).toBeGreaterThan(PARTITIONS) // both have joined
    await own.write(log.slice(0, 500))
    await expect.poll(own.taken, PATIENT).toBe(500)

    const keeper = await own.db.connect()
    await keeper.query('select pg_advisory_lock($1)', [LOCK.rules]) // no commit comes further than to its first statement
    const waits = "select count(*)::int as count from pg_stat_activity where wait_event = 'advisory'"
    await own.write(log.slice(500))
    await expect.poll(async () => (await own.db.query(waits)).rows[0].count, PATIENT).toBe(2)
    const epochs = await own.epochs()
    first.signal('SIGSTOP')
    await expect.poll(own.epochs, PATIENT).toBeGreaterThan(epochs)
    await keeper.query('select pg_advisory_unlock($1)', [LOCK.rules])
    keeper.release()
    first.signal('SIGCONT')
    await expect.poll(() => first.metric(FENCED), PATIENT).toBeGreaterThan(0)
    await own.expectReplayed(log)
    expect(await second.metric('lanekeeper_kafka_lag_events')).toBe(0)
  })
})

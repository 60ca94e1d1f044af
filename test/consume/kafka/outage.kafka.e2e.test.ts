import { afterAll, beforeAll, expect, it } from 'vitest'
import { START, scored } from '../../support/account.ts'
import { type Broker, startBroker } from '../../support/kafka/broker.ts'
import { describeOwnBroker } from '../../support/kafka/kafka.ts'
import { requestsOf } from '../../support/kafka/requests.ts'
import { PATIENT, testWorkers } from '../../support/kafka/workers.ts'
import { line } from '../../support/log.ts'

const PARTITIONS = 3

describeOwnBroker('a worker whose broker is killed and starts again', () => {
  let broker: Broker
  beforeAll(async () => {
    broker = await startBroker() // others would miss the one of all tests
  })
  afterAll(() => broker.stop())
  const own = testWorkers(PARTITIONS, () => broker.plain)

  it('goes on by itself, and loses nothing and counts nothing twice', async () => {
    const events = Array.from({ length: 900 }, (_, i) =>
      scored('coding', START + i * 1000, { accountId: `account-${i % 9}`, id: `e${i}` }),
    )
    const log = requestsOf(
      events.map((event) => `${Buffer.from(line(event))}`),
      PARTITIONS,
    )
    const server = await own.start()
    await own.write(log.slice(0, 300))
    await expect.poll(own.taken, PATIENT).toBe(300)
    await broker.restart()
    await own.write(log.slice(300))
    await own.expectReplayed(log)
    await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status, PATIENT).toBe(200)
    expect((await server.kill('SIGTERM')).code).toBe(0)
  })
})

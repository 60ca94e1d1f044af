import { expect, it } from 'vitest'
import { misuse } from '../../support/events.ts'
import { describeOwnBroker, loggedIn } from '../../support/kafka/kafka.ts'
import { requestsOf } from '../../support/kafka/requests.ts'
import { readTopic } from '../../support/kafka/topicReader.ts'
import { testWorkers } from '../../support/kafka/workers.ts'
import { linesOf } from '../../support/run.ts'

const PARTITIONS = 2

describeOwnBroker('a worker that logs in over SASL/SCRAM and TLS', () => {
  const own = testWorkers(PARTITIONS)

  it('reads, decides and publishes', async () => {
    const server = await own.start(undefined, loggedIn('limited'))
    const entitlements = await readTopic(own.kafka, own.settings.topics.entitlements)
    const requests = requestsOf(linesOf(misuse('ada')), PARTITIONS)
    await own.write(requests)
    await own.expectReplayed(requests)
    await entitlements.until((records) => records.length === 2)
    expect(entitlements.records.map(({ value }) => JSON.parse(`${value}`).access)).toEqual(['allow', 'throttle'])
    await entitlements.close()
    const { code, stderr } = await server.kill('SIGTERM')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

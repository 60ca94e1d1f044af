import { afterEach, beforeEach, expect, it } from 'vitest'
import { GroupMember } from '../../../src/consume/kafka/groupMember.ts'
import type { Kafka } from '../../../src/publish/kafka/client.ts'
import { describeKafka, type TestKafka, testKafka } from '../../support/kafka/kafka.ts'
import { produce } from '../../support/kafka/requests.ts'
import { PATIENT } from '../../support/kafka/workers.ts'

const SILENT = 'Error: the consumer has sent no heartbeat for 20 s'

describeKafka('a member of a group', () => {
  let own: TestKafka
  beforeEach(async () => {
    own = await testKafka({ partitions: 1 })
  })
  afterEach(() => own.drop())

  it('that gives no sign any more is followed by another one, even if it never comes to its end', async () => {
    const { promise: isOver, resolve: letGo } = Promise.withResolvers<void>()
    const told: string[] = []
    const seen: string[] = []
    const topic = own.settings.topics.requests
    const member = new GroupMember({
      ...{ kafka: own.kafka, topic, groupId: topic },
      joined: (partitions) => void told.push(`joined ${partitions}`),
      left: () => void told.push('left'),
      emptyBatch() {},
      failed: (error) => void told.push(`${error}`),
      async eachBatch({ batch }) {
        seen.push(`${batch.messages[0]!.value}`)
        if (seen.length === 1) await isOver
      },
    })
    await produce(own.kafka, topic, [{ key: 'ada', value: 'one', partition: 0 }])
    member.start()
    await expect.poll(() => seen, PATIENT).toEqual(['one'])
    told.length = 0
    member.watch(Date.now() + 15_000)
    expect(told).toEqual([])
    await member.watch(Date.now() + 21_000) // does not wait for that end
    expect(told).toEqual([SILENT, 'left'])
    await expect.poll(() => seen.slice(0, 2), PATIENT).toEqual(['one', 'one'])
    expect(told.at(-1)).toBe('joined 0')
    letGo()
    await member.stop()
  })

  it('that fetches without being one any more is followed by another one too', async () => {
    const joined: number[] = []
    const failures: string[] = []
    let fetches = 0
    const topic = own.settings.topics.requests
    const member = new GroupMember({
      ...{ kafka: withoutHeartbeats(own.kafka, () => fetches++), topic, groupId: topic },
      joined: () => void joined.push(Date.now()),
      left() {},
      emptyBatch() {},
      failed: (error) => void failures.push(`${error}`),
      async eachBatch() {},
    })
    member.start()
    await expect.poll(() => fetches, PATIENT).toBeGreaterThan(8) // of a quarter of a second each
    failures.length = 0
    member.watch(joined.at(-1)! + 20_500)
    expect(failures).toEqual([SILENT])
    const before = joined.length
    await expect.poll(() => joined.length, PATIENT).toBeGreaterThan(before)
    await member.stop()
  })
})

/** Consumers that are never heard to send one. */
const withoutHeartbeats = (kafka: Kafka, fetched: () => void) =>
  ({
    consumer(config: Parameters<Kafka['consumer']>[0]) {
      const consumer = kafka.consumer(config)
      consumer.on(consumer.events.FETCH, fetched)
      const on = (...[name, listener]: Parameters<typeof consumer.on>) =>
        name === consumer.events.HEARTBEAT ? () => {} : consumer.on(name as typeof consumer.events.FETCH, listener)
      return { ...consumer, on }
    },
  }) as unknown as Kafka

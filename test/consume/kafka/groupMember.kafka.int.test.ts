import { afterEach, beforeEach, expect, it } from 'vitest'
import { GroupMember } from '../../../src/consume/kafka/groupMember.ts'
import { describeKafka, type TestKafka, testKafka } from '../../support/kafka/kafka.ts'
import { produce } from '../../support/kafka/requests.ts'
import { PATIENT } from '../../support/kafka/workers.ts'

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
    member.watch(Date.now() + 40_000)
    expect(told).toEqual(['joined 0'])
    await member.watch(Date.now() + 46_000) // does not wait for that end
    expect(told).toEqual(['joined 0', 'Error: the consumer has given no sign for 45 s', 'left'])
    await expect.poll(() => seen.slice(0, 2), PATIENT).toEqual(['one', 'one'])
    expect(told.at(-1)).toBe('joined 0')
    letGo()
    await member.stop()
  })
})

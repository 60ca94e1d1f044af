import { setImmediate } from 'node:timers/promises'
import type { EachBatchPayload } from 'kafkajs'
import { expect, test } from 'vitest'
import { KafkaSource } from '../../../src/consume/kafka/kafkaSource.ts'
import { START, scored } from '../../support/account.ts'

test('a commit of which we did not hear until the partition was taken anew, and that was done, is no failure any more', async () => {
  const answer = Promise.withResolvers<never>()
  let position = 0
  const nothing = () => {}
  const source = new KafkaSource(
    {
      topic: 'requests',
      partitions: 1,
      bounds: async () => [{ partition: 0, low: 0, high: 1 }],
      take: async () => [{ partition: 0, epoch: 1, nextOffset: position }],
      read: () => scored('coding', START),
      commit: () => answer.promise,
      keepOnly: nothing,
      told: {
        ...{ rebalanced: nothing, fenced: nothing, notCommitted: nothing },
        ...{ committed: nothing, stopped: nothing, failed: nothing },
      },
    },
    { seek: nothing, pause: nothing, resume: nothing },
  )
  const isReady = () => expect.poll(() => source.isReady).toBe(true)
  source.joined([0])
  await isReady()
  await source.eachBatch({
    batch: { partition: 0, messages: [{ offset: '0', timestamp: '0' }], fetchedOffset: '0', lastOffset: () => '0' },
    ...{ resolveOffset: nothing, heartbeat: async () => {}, isRunning: () => true, isStale: () => false },
  } as unknown as EachBatchPayload)
  position = 1
  source.joined([0])
  await isReady()
  answer.reject(new Error('the connection was lost'))
  await setImmediate()
  expect(source.isReady).toBe(true)
})

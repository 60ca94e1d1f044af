import fc from 'fast-check'
import { Partitioners } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { partitionOf } from '../../../src/consume/kafka/partitionOf.ts'

describe('the partition of a key', () => {
  it('is the one that a client of Kafka puts it on', () => {
    const partitioner = Partitioners.DefaultPartitioner()
    const metadata = Array.from({ length: 60 }, (_, partitionId) => ({
      ...{ partitionId, leader: 1, partitionErrorCode: 0, replicas: [], isr: [] },
    }))
    const keys = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 130 }),
    )
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 60 }), (bytes, partitions) => {
        const key = Buffer.from(bytes)
        const expected = partitioner({
          topic: '',
          partitionMetadata: metadata.slice(0, partitions),
          message: { key, value: null },
        })
        expect(partitionOf(key, partitions)).toBe(expected)
      }),
      { numRuns: 300 },
    )
  })

  it('is that of the Java client', () => {
    // From the tests of Apache Kafka: Utils.murmur2 of these keys.
    const hashes = { '21': -973932308, foobar: -790332482, 'a-little-bit-long-string': -985981536, abc: 479470107 }
    const partitions = 2 ** 31 - 1
    for (const [key, hash] of Object.entries(hashes))
      expect(partitionOf(Buffer.from(key), partitions)).toBe((hash & 0x7fffffff) % partitions)
  })
})

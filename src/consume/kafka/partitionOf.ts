const SEED = 0x9747b28c
const M = 0x5bd1e995

/**
 * The partition on which Kafka's own clients put a key: murmur2 of its bytes, as the Java client computes it. kafkajs computes the same
 * with arithmetic of arbitrary size, some twenty times slower, and it is asked about every record.
 */
export const partitionOf = (key: Uint8Array, partitions: number): number => (murmur2(key) & 0x7fffffff) % partitions

function murmur2(data: Uint8Array): number {
  const { length } = data
  const whole = length & ~3
  let h = SEED ^ length
  for (let i = 0; i < whole; i += 4) {
    let k = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24)
    k = Math.imul(k, M)
    k = Math.imul(k ^ (k >>> 24), M)
    h = Math.imul(h, M) ^ k
  }
  if (whole < length) {
    for (let i = length - 1; i >= whole; i--) h ^= data[i]! << (8 * (i - whole))
    h = Math.imul(h, M)
  }
  h = Math.imul(h ^ (h >>> 13), M)
  return h ^ (h >>> 15)
}

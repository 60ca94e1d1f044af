/**
 * A 64-bit hash of a sequence of small numbers (bytes or UTF-16 code units): two multiplicative 32-bit lanes with the
 * finaliser of MurmurHash3 (Appleby, public domain). Not cryptographic: it tells texts apart and finds broken files.
 */
export function hash64(units: Uint16Array | Uint8Array, from: number, to: number): [high: number, low: number] {
  let high = 0x9e3779b9 ^ (to - from)
  let low = 0x85ebca6b
  for (let i = from; i < to; i++) {
    const unit = units[i]!
    high = Math.imul(high ^ unit, 0x01000193)
    high ^= high >>> 15
    low = Math.imul(low ^ unit, 0xcc9e2d51)
    low = (low << 13) | (low >>> 19)
  }
  return [finish(high ^ Math.imul(low, 0x27d4eb2f)), finish(low ^ Math.imul(high, 0x165667b1))]
}

/** MurmurHash3's 32-bit finaliser: every bit of the input moves every bit of the result. */
export function finish(hash: number): number {
  let h = hash ^ (hash >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** The 16 hex digits of a 64-bit hash. */
export function hex16([high, low]: readonly [number, number]): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mostPacked, pack, unpack } from '../../src/persist/packed.ts'

const MOST = 377
const BEFORE = 4
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 300 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 0xffff_ffff }) },
)
const words = fc.array(word, { maxLength: MOST }).map((some) => Uint32Array.from(some))

/** Packs words behind some other bytes. */
function packed(some: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(BEFORE + mostPacked(some.length))
  return bytes.subarray(0, pack(some, bytes, BEFORE))
}

const unpacked = (bytes: Uint8Array) => unpack(bytes, BEFORE, bytes.length, MOST)

describe('packed words', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(words, (some) => {
        expect(unpacked(packed(some))).toEqual(some)
      }),
    )
  })

  it('come back at the bounds of a byte, of a word, of the array', () => {
    for (const value of [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, 0x0fff_ffff, 0x1000_0000, 0x8000_0000, 0xffff_ffff])
      for (const length of [0, 1, 127, 128, MOST]) {
        const some = new Uint32Array(length).fill(value)
        expect(unpacked(packed(some))).toEqual(some)
      }
  })

  it('take a few bytes where most are zero', () => {
    const some = new Uint32Array(MOST)
    some[5] = 3
    some[300] = 2
    expect(packed(some).length).toBeLessThan(BEFORE + 12)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readModel, writeModel } from '../../src/classify/model.ts'
import { shipped, shippedBytes } from './shipped.ts'

/** A copy of the shipped file, changed. */
function changed(change: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = shippedBytes.slice()
  change(bytes)
  return bytes
}

describe('the weights file', () => {
  it('is one file of at most 2,500,000 bytes', () => {
    expect(shippedBytes.length).toBeLessThanOrEqual(2_500_000)
  })

  it('comes back byte for byte when it is read and written', () => {
    expect(Buffer.compare(writeModel(shipped), shippedBytes)).toBe(0)
  })

  it('names its version after its content', () => {
    const other = readModel(writeModel({ ...shipped, context: { ...shipped.context, limit: 0.5 } }))
    expect(shipped.version).toMatch(/^blocks4-[0-9a-f]{16}$/)
    expect(other.version).not.toBe(shipped.version)
    expect(other.context.limit).toBe(0.5)
  })

  it('can be read from the middle of a larger buffer', () => {
    const larger = new Uint8Array(shippedBytes.length + 10)
    larger.set(shippedBytes, 7)
    expect(readModel(larger.subarray(7, 7 + shippedBytes.length)).version).toBe(shipped.version)
  })

  it('is refused with one sentence when it is something else, of another format, or does not fit', () => {
    expect(() => readModel(new Uint8Array(0))).toThrow(/not a Lanekeeper classifier/)
    expect(() => readModel(new TextEncoder().encode('PK\u0003\u0004 a zip archive'))).toThrow(
      /not a Lanekeeper classifier/,
    )
    expect(() => readModel(shippedBytes.subarray(0, 12))).toThrow(/header is incomplete/)
    expect(() => readModel(shippedBytes.subarray(0, 40))).toThrow(/parameters are incomplete/)
    expect(() => readModel(changed((bytes) => bytes.fill(9, 8, 9)))).toThrow(/format 9/)
    const short = writeModel({ ...shipped, tables: { ...shipped.tables, category: new Int8Array(8) } })
    expect(() => readModel(short)).toThrow(/does not fit this program/)
  })

  it('is refused when it is cut off anywhere', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: shippedBytes.length - 1 }), (length) => {
        expect(() => readModel(shippedBytes.subarray(0, length))).toThrow(/^the weights file/)
      }),
      { numRuns: 20 },
    )
  })

  it('is refused when any one byte is changed', () => {
    fc.assert(
      fc.property(fc.nat(shippedBytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        expect(() => readModel(changed((bytes) => bytes.set([bytes[at]! ^ mask], at)))).toThrow(/^the weights file/)
      }),
      { numRuns: 20 },
    )
  })
})

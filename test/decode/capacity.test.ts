import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCapacity } from '../../src/decode/capacity.ts'
import { MINUTE, START } from '../support/account.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const report = { utilization: 0.7, at: new Date(START).toISOString() }
const read = (value: unknown, now?: number) => decodeCapacity(bytes(JSON.stringify(value)), now)

describe('a report of capacity', () => {
  it('is decoded, its moment in milliseconds, unknown fields dropped', () => {
    expect(read({ ...report, region: 'eu' })).toEqual({
      capacity: { utilization: 0.7, at: START, instance: 'default' },
    })
    expect(read({ ...report, instance: 'edge-1', at: '2026-11-02T17:00:00+08:00' }).capacity).toEqual({
      utilization: 0.7,
      at: Date.parse('2026-11-02T09:00:00Z'),
      instance: 'edge-1',
    })
  })

  it.each([
    ['above 1', { ...report, utilization: 1.01 }, 'utilization'],
    ['below 0', { ...report, utilization: -0.01 }, 'utilization'],
    ['without a moment', { utilization: 1 }, 'at'],
    ['before 1970', { ...report, at: '1969-12-31T23:59:59Z' }, 'at'],
    ['with an instance without a name', { ...report, instance: '' }, 'instance'],
    ['that is a list', [report], ''],
  ])('%s is refused where it is wrong', (_what, value, path) => {
    expect(read(value).refusal?.path).toBe(path)
  })

  it('of the future is refused, unless the clock is that of the events', () => {
    expect(read(report, START - 5 * MINUTE).capacity).toBeDefined()
    expect(read(report, START - 5 * MINUTE - 1).refusal).toEqual({
      path: 'at',
      reason: 'time_in_future: more than 5 minutes ahead',
    })
    expect(read(report, undefined).capacity).toBeDefined()
  })

  it('may be any bytes without an error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.jsonValue().map((value) => bytes(JSON.stringify(value))),
        ),
        (some) => {
          const { capacity, refusal } = decodeCapacity(some, START)
          expect([capacity, refusal].filter(Boolean)).toHaveLength(1)
        },
      ),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { gapOf } from '../../../src/consume/kafka/holdings.ts'
import { reshaped } from '../../../src/consume/kafka/takeHold.ts'

describe('what stops a partition', () => {
  it.each([
    [9, { low: 10, high: 20 }, 'events were deleted before they were read'],
    [21, { low: 10, high: 20 }, 'it was made anew or lost its end'],
  ])('a position of %i outside the log says how to go on', (position, bounds, why) => {
    const said = gapOf(position, { partition: 0, ...bounds })
    expect(said).toContain(why)
    expect(said).toContain('doctor --accept-gap')
  })

  it.each([10, 20])('no position within it, like %i', (position) => {
    expect(gapOf(position, { partition: 0, low: 10, high: 20 })).toBeUndefined()
  })

  it('another number of partitions, which no accepted gap mends', () => {
    const said = reshaped(24, { partitions: 12 })
    expect(said).toContain('make one with 12, or name a new one in KAFKA_TOPICS')
    expect(said).not.toContain('accept-gap')
    expect(reshaped(12, { partitions: 12 })).toBeUndefined()
  })
})

import { describe, expect, test } from 'vitest'
import { type Dose, planAppeals, planFaults, releasedAt } from './plan.ts'

const DOSE: Dose = { workers: 3, kills: 20, stops: 2, brokerRestarts: 2, databaseRestarts: 2, appeals: 20 }
const seeds = Array.from({ length: 10 }, (_, seed) => seed)

describe('the plan of a run', () => {
  test.each(seeds)('of seed %i has all that was ordered, in order, within the stream', (seed) => {
    const faults = planFaults(seed, DOSE)
    const count = (kind: string) => faults.filter((one) => one.kind === kind).length
    expect(['kill', 'stop', 'restart broker', 'restart database'].map(count)).toEqual([20, 2, 2, 2])
    const crashes = faults.filter((one) => one.kind === 'restart database').map(({ atOnce }) => atOnce)
    expect(crashes).toEqual([true, false])
    for (const moments of [faults, planAppeals(seed, DOSE)].map((all) => all.map(({ at }) => at))) {
      expect(moments).toEqual(moments.toSorted((one, other) => one - other))
      expect(moments[0]).toBeGreaterThan(0)
      expect(moments.at(-1)).toBeLessThan(1)
    }
    expect(planAppeals(seed, DOSE)).toHaveLength(20)
  })

  test.each(seeds)(
    'of seed %i has a stretch of the stream left for each fault that the one before could not use up',
    (seed) => {
      const faults = planFaults(seed, DOSE)
      const released = faults.map((_, index) => releasedAt(index, faults.length))
      const stretch = 1 / (faults.length + 2)
      for (const [index, { at }] of faults.entries()) {
        expect(released[index]! - at).toBeGreaterThanOrEqual(stretch)
        expect(released[index]! - (released[index - 1] ?? 0)).toBeGreaterThanOrEqual(stretch * 0.999)
      }
      expect(released.at(-1)).toBe(1)
    },
  )

  test.each(seeds)('of seed %i strikes no worker twice in a row, and leaves none out', (seed) => {
    const struck = planFaults(seed, DOSE).flatMap((one) => ('worker' in one ? [one.worker] : []))
    expect(struck.filter((worker, index) => worker === struck[index - 1])).toEqual([])
    expect(new Set(struck)).toEqual(new Set([0, 1, 2]))
  })

  test('is the same for the same seed, and another for another', () => {
    expect(planFaults(7, DOSE)).toEqual(planFaults(7, DOSE))
    expect(planFaults(7, DOSE)).not.toEqual(planFaults(8, DOSE))
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sumOfTrees } from '../../src/classify/trees.ts'
import { boost } from '../../src/train/boost.ts'

const options = { trees: 30, depth: 2, rate: 0.3, ridge: 1, least: 0.1, asks: [0, 1], rising: [] as number[] }
const corners = Array.from({ length: 200 }, (_, n) => ({ x: (n % 20) / 20, y: Math.floor(n / 20) / 10 }))
const observed = (truth: (x: number, y: number) => boolean) =>
  corners.map(({ x, y }) => ({ features: [x, y], target: truth(x, y) ? 1 : 0, weight: 1, offset: 0 }))

describe('boosted trees', () => {
  it('learn what no line can tell', () => {
    const trees = boost(
      observed((x, y) => x > 0.5 !== y > 0.4),
      options,
    )
    for (const { x, y } of corners.filter(({ x, y }) => Math.abs(x - 0.5) > 0.1 && Math.abs(y - 0.4) > 0.15))
      expect(sumOfTrees(trees, [x, y]) > 0).toBe(x > 0.5 !== y > 0.4)
  })

  it('are the same each time, and as they stand in JSON', () => {
    const of = () =>
      boost(
        observed((x, y) => x + y > 0.9),
        options,
      )
    expect(of()).toEqual(of())
    const trees = of()
    const read = JSON.parse(JSON.stringify(trees))
    for (const { x, y } of corners) expect(sumOfTrees(read, [x, y])).toBe(sumOfTrees(trees, [x, y]))
  })

  it('never fall with a feature that may only rise, whatever the observations say', () => {
    const anyObservation = fc.record({
      features: fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true })),
      target: fc.constantFrom(0, 1),
      weight: fc.constantFrom(1, 2),
      offset: fc.double({ min: -2, max: 2, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(anyObservation, { minLength: 5, maxLength: 60 }), (observations) => {
        const trees = boost(observations, { ...options, depth: 3, rising: [0] })
        for (const y of [-4, 0, 3]) {
          const sums = [-6, -3, -1, 0, 0.5, 2, 6].map((x) => sumOfTrees(trees, [x, y]))
          expect(sums).toEqual(sums.toSorted((a, b) => a - b))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('start from what is known already', () => {
    const known = observed((x) => x > 0.5).map((one) => ({ ...one, offset: one.target ? 9 : -9 }))
    const trees = boost(known, options)
    for (const { x, y } of corners) expect(Math.abs(sumOfTrees(trees, [x, y]))).toBeLessThan(0.1)
  })
})

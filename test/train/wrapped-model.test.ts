import { describe, expect, test } from 'vitest'
import { sumOfTrees } from '../../src/classify/trees.ts'
import { wrappedFeatures } from '../../src/classify/wrapped.ts'
import { fitWrapped } from '../../src/train/wrapped-model.ts'
import { judgedRow } from './eval/judgedRows.ts'

const share = wrappedFeatures.indexOf('share of payload')
/** Texts that alone say nothing: what is mostly payload is not coding. */
const rows = Array.from({ length: 400 }, (_, n) => {
  const { row } = judgedRow({ label: n % 2 ? 'non_coding' : 'coding', target: n % 2 ? 1 : 0, group: `${n}` })
  return row
})
const values = new Map(
  rows.map((_, n) => [n, Float64Array.from(wrappedFeatures, (_, i) => (i === share ? (n % 2 ? 0.8 : 0.2) : 0))]),
)

describe('the trees for wrapped texts', () => {
  test('learn from the rows that they may use', () => {
    const trees = fitWrapped(rows, values, () => true)
    expect(sumOfTrees(trees, values.get(0)!)).toBeLessThan(-0.5)
    expect(sumOfTrees(trees, values.get(1)!)).toBeGreaterThan(0.5)
    const half = fitWrapped(rows, values, (row) => row < 200)
    const others = fitWrapped(
      rows.map((row, i) => (i < 200 ? row : { ...row, target: 0 as const })),
      values,
      (row) => row < 200,
    )
    expect(others).toEqual(half)
  })

  test('say nothing where nothing is wrapped', () => {
    expect(
      sumOfTrees(
        fitWrapped(rows, new Map(), () => true),
        values.get(1)!,
      ),
    ).toBe(0)
  })
})

import { describe, expect, it } from 'vitest'
import { fitLogistic } from '../../src/train/logistic.ts'
import { fitColumns } from '../../src/train/ridge.ts'

describe('a ridge-penalised regression over sparse columns', () => {
  it('finds the weights that the method of Newton finds', () => {
    const features = Array.from({ length: 60 }, (_, i) => [1, i % 3 === 0 ? 1 : 0, (i % 7) / 7])
    const targets = Uint8Array.from(features, ([, a, b], i) => (a! + b! + (i % 5) / 5 > 1 ? 1 : 0))
    const weights = Float64Array.from(features, (_, i) => 1 + (i % 2))
    const newton = fitLogistic(
      features.map((values, i) => ({ features: values, target: targets[i]!, weight: weights[i]! })),
      2,
    )
    const all = Uint32Array.from(features.keys())
    const columns = [0, 1, 2].map((f) => ({
      observations: all,
      values: Float64Array.from(features, (values) => values[f]!),
      ridge: f === 0 ? 0 : 2,
    }))
    const fitted = fitColumns(columns, { targets, weights, offsets: new Float64Array(60) })
    newton.forEach((weight, f) => {
      expect(fitted[f]).toBeCloseTo(weight, 1)
    })
  })
})

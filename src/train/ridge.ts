import { sigmoid } from '../classify/logit.ts'

/** A feature that few observations have, by the observations that have it. */
export interface Column {
  observations: Uint32Array
  values: Float64Array
  ridge: number
}

/** What a column is fitted to: targets of weighted observations, given the logits that hold without any column. */
export interface Observed {
  targets: Uint8Array
  weights: Float64Array
  offsets: Float64Array
}

const ROUNDS = 40
const ENOUGH = 1e-3

/**
 * Weights of a ridge-penalised logistic regression over sparse columns, one column at a time, each step bounded by the
 * greatest curvature that the logistic loss can have (Böhning and Lindsay 1988), so that no step overshoots.
 */
export function fitColumns(columns: readonly Column[], { targets, weights, offsets }: Observed): Float64Array {
  const fitted = new Float64Array(columns.length)
  const logits = offsets.slice()
  const curves = columns.map(({ observations, values, ridge }) =>
    values.reduce((sum, value, i) => sum + (weights[observations[i]!]! * value * value) / 4, ridge),
  )
  for (let round = 0; round < ROUNDS; round++) {
    let longest = 0
    columns.forEach(({ observations, values, ridge }, c) => {
      let slope = ridge * fitted[c]!
      for (let i = 0; i < values.length; i++) {
        const at = observations[i]!
        slope += weights[at]! * values[i]! * (sigmoid(logits[at]!) - targets[at]!)
      }
      const step = -slope / curves[c]!
      fitted[c]! += step
      longest = Math.max(longest, Math.abs(step))
      for (let i = 0; i < values.length; i++) logits[observations[i]!]! += step * values[i]!
    })
    if (longest < ENOUGH) break
  }
  return fitted
}

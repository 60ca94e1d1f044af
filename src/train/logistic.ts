import { sigmoid } from '../classify/logit.ts'

/** One observation of a logistic regression. */
export interface Observation {
  features: ArrayLike<number>
  target: number
  weight: number
}

/**
 * Weights of a ridge-penalised logistic regression, by Newton's method (iteratively reweighted least squares). The first
 * feature is the constant and is not penalised. With two features this is the calibration of Platt (1999).
 */
export function fitLogistic(observations: readonly Observation[], ridge: number): number[] {
  const size = observations[0]?.features.length ?? 0
  let weights = new Array<number>(size).fill(0)
  for (let round = 0; round < 30; round++) {
    const { gradient, hessian } = derivatives(observations, weights, ridge)
    const step = solve(hessian, gradient)
    weights = weights.map((weight, i) => weight - step[i]!)
    if (Math.max(...step.map(Math.abs)) < 1e-9) break
  }
  return weights
}

function derivatives(observations: readonly Observation[], weights: readonly number[], ridge: number) {
  const size = weights.length
  const gradient = weights.map((weight, i) => (i === 0 ? 0 : ridge * weight))
  const hessian = weights.map((_, i) => weights.map((_, j) => (i === j ? (i === 0 ? 1e-9 : ridge) : 0)))
  for (const { features, target, weight } of observations) {
    let logit = 0
    for (let i = 0; i < size; i++) logit += weights[i]! * features[i]!
    const p = sigmoid(logit)
    const slope = weight * (p - target)
    const curve = weight * p * (1 - p)
    for (let i = 0; i < size; i++) {
      gradient[i]! += slope * features[i]!
      const row = hessian[i]!
      for (let j = 0; j < size; j++) row[j]! += curve * features[i]! * features[j]!
    }
  }
  return { gradient, hessian }
}

/** Solves a small dense linear system by Gaussian elimination with pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!])
  const size = rows.length
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let r = column; r < size; r++) if (Math.abs(rows[r]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = r
    const chosen = rows[pivot]!
    rows[pivot] = rows[column]!
    rows[column] = chosen
    for (let r = 0; r < size; r++) {
      if (r === column) continue
      const factor = rows[r]![column]! / chosen[column]!
      if (factor !== 0) for (let c = column; c <= size; c++) rows[r]![c]! -= factor * chosen[c]!
    }
  }
  return rows.map((row, i) => row[size]! / row[i]!)
}

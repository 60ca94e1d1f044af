import { clip } from '../classify/logit.ts'
import type { Row } from './data.ts'
import { fitLogistic } from './logistic.ts'

/**
 * What each row counts when files and groups shall count alike: a group (source, pair, session) as the square root of
 * its rows, and each of the three files the same in all. Rows outside `use` count 0.
 */
export function balanced(rows: readonly Row[], use: (row: number) => boolean): Float64Array {
  const sizes = new Map<string, number>()
  const key = ({ from, group }: Row) => `${from} ${group}`
  rows.forEach((row, i) => {
    if (use(i)) sizes.set(key(row), (sizes.get(key(row)) ?? 0) + 1)
  })
  const weights = Float64Array.from(rows, (row, i) => (use(i) ? 1 / Math.sqrt(sizes.get(key(row))!) : 0))
  const totals = { train: 0, written: 0, session: 0 }
  rows.forEach(({ from }, i) => {
    totals[from] += weights[i]!
  })
  return weights.map((weight, i) => (weight > 0 ? (weight * 1000) / totals[rows[i]!.from] : 0))
}

/** Slope and intercept that turn raw logits into calibrated ones (Platt 1999), on the rows that have a weight. */
export function platt(rows: readonly Row[], raw: ArrayLike<number>, weights: ArrayLike<number>): [number, number] {
  const observations = rows.flatMap(({ target }, i) =>
    weights[i]! > 0 ? [{ features: [1, clip(raw[i]!, 30)], target, weight: weights[i]! }] : [],
  )
  const [intercept, slope] = fitLogistic(observations, 1e-6)
  return [slope!, intercept!]
}

/** The least value that at most `share` of the weight lies above. */
export function upperQuantile(values: ArrayLike<number>, weights: ArrayLike<number>, share: number): number {
  const order = Array.from({ length: values.length }, (_, i) => i).filter((i) => weights[i]! > 0)
  order.sort((a, b) => values[b]! - values[a]!)
  const allowed = share * order.reduce((sum, i) => sum + weights[i]!, 0)
  let above = 0
  for (const i of order) {
    above += weights[i]!
    if (above > allowed) return values[i]! + 1e-6
  }
  return values[order.at(-1)!]!
}

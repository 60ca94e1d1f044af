import { sigmoid } from '../classify/logit.ts'
import type { Trees } from '../classify/trees.ts'
import { bestSplits, type Column, type Range, type Split } from './split.ts'

/** One observation of a boosted model; boosting starts from the logit `offset`. */
export interface Boosted {
  features: ArrayLike<number>
  target: number
  weight: number
  offset: number
}

export interface BoostOptions {
  trees: number
  depth: number
  /** share of every step that is taken */
  rate: number
  /** penalty on the answers, and least weight on either side of a question, in units of weighted curvature */
  ridge: number
  least: number
  /** the features that may be asked for, and those of them with which the sum may only rise */
  asks: readonly number[]
  rising: readonly number[]
}

const BINS = 64
/** A question with this bound is always answered no: nothing was worth asking. */
const NEVER = 1e9

/**
 * Gradient boosting of the logistic loss (Friedman 2001) with second-order steps (Chen, Guestrin 2016): complete trees, level by
 * level, bounds at quantiles. There is no chance in it: of equal gains the first feature and bound win.
 */
export function boost(observations: readonly Boosted[], options: BoostOptions): Trees {
  const columns = options.asks.map((feature) => columnOf(observations, feature, options.rising.includes(feature)))
  const logits = Float64Array.from(observations, ({ offset }) => offset)
  const trees = { depth: options.depth, features: [] as number[], bounds: [] as number[], answers: [] as number[] }
  for (let t = 0; t < options.trees; t++) {
    const { slopes, curves } = derivatives(observations, logits)
    const place = new Uint16Array(observations.length)
    let ranges: Range[] = [[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]]
    for (let level = 0; level < options.depth; level++) {
      const splits = bestSplits(columns, { slopes, curves, place, ranges }, options)
      for (const { column, bin } of splits) {
        trees.features.push(column?.feature ?? 0)
        trees.bounds.push(column === undefined ? NEVER : column.bounds[bin]!)
      }
      descend(place, splits)
      ranges = splits.flatMap(({ left, right }) => [left, right])
    }
    const answers = answersOf(slopes, curves, place, ranges, options)
    trees.answers.push(...answers)
    for (let i = 0; i < logits.length; i++) logits[i]! += answers[place[i]!]!
  }
  return trees
}

function derivatives(observations: readonly Boosted[], logits: Float64Array) {
  const slopes = new Float64Array(logits.length)
  const curves = new Float64Array(logits.length)
  observations.forEach(({ target, weight }, i) => {
    const p = sigmoid(logits[i]!)
    slopes[i] = weight * (p - target)
    curves[i] = weight * Math.max(p * (1 - p), 1e-6)
  })
  return { slopes, curves }
}

function descend(place: Uint16Array, splits: readonly Split[]): void {
  for (let i = 0; i < place.length; i++) {
    const { column, bin } = splits[place[i]!]!
    place[i] = 2 * place[i]! + (column !== undefined && column.bins[i]! > bin ? 1 : 0)
  }
}

function answersOf(
  slopes: Float64Array,
  curves: Float64Array,
  place: Uint16Array,
  ranges: readonly Range[],
  { ridge, rate }: BoostOptions,
): number[] {
  const sums = ranges.map(() => [0, 0] as [number, number])
  for (let i = 0; i < place.length; i++) {
    const sum = sums[place[i]!]!
    sum[0] += slopes[i]!
    sum[1] += curves[i]!
  }
  return sums.map(([slope, curve], leaf) => {
    const [low, high] = ranges[leaf]!
    return shorter(rate * Math.min(high, Math.max(low, -slope / (curve + ridge))))
  })
}

function columnOf(observations: readonly Boosted[], feature: number, rising: boolean): Column {
  const values = Float64Array.from(observations, ({ features }) => features[feature]!)
  const sorted = values.slice().sort()
  const bounds: number[] = []
  for (let b = 1; b < BINS; b++) {
    const at = Math.floor((b * sorted.length) / BINS)
    const bound = shorter((sorted[Math.max(0, at - 1)]! + sorted[at]!) / 2)
    if (bound < sorted.at(-1)! && bound > (bounds.at(-1) ?? Number.NEGATIVE_INFINITY)) bounds.push(bound)
  }
  const bins = Uint8Array.from(values, (value) => bounds.findLastIndex((bound) => value > bound) + 1)
  return { feature, rising, bounds, bins }
}

/** To four places, as it stands in the weights file. */
const shorter = (value: number) => Math.round(value * 10_000) / 10_000

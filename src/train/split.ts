import type { BoostOptions } from './boost.ts'

/** The values of one feature, as the number of bounds that each exceeds. */
export interface Column {
  feature: number
  /** the answers may only rise with it */
  rising: boolean
  bounds: readonly number[]
  bins: Uint8Array
}

/** The answers that a node may give without breaking what rises above it. */
export type Range = readonly [low: number, high: number]

/** The question of a node, without `column` if none is worth asking, and the ranges of what follows. */
export interface Split {
  column: Column | undefined
  bin: number
  left: Range
  right: Range
}

/** The state of a tree that grows: slope, curvature and node of every observation, and the range of every node. */
export interface Level {
  slopes: Float64Array
  curves: Float64Array
  place: Uint16Array
  ranges: readonly Range[]
}

const LEAST_GAIN = 1e-9

/** The best question of every node of a level. */
export function bestSplits(columns: readonly Column[], level: Level, options: BoostOptions): Split[] {
  const best = level.ranges.map((range) => ({
    ...{ column: undefined as Column | undefined, bin: 0, gain: LEAST_GAIN, left: range, right: range },
  }))
  for (const column of columns) {
    const { slopes, curves, size } = histogram(column, level)
    level.ranges.forEach((range, node) => {
      const found = bestBin(slopes, curves, node * size, column, range, options)
      if (found.gain > best[node]!.gain) best[node] = found
    })
  }
  return best
}

function histogram({ bins, bounds }: Column, { slopes, curves, place, ranges }: Level) {
  const size = bounds.length + 1
  const sums = { slopes: new Float64Array(ranges.length * size), curves: new Float64Array(ranges.length * size), size }
  for (let i = 0; i < bins.length; i++) {
    const at = place[i]! * size + bins[i]!
    sums.slopes[at]! += slopes[i]!
    sums.curves[at]! += curves[i]!
  }
  return sums
}

function bestBin(
  slopes: Float64Array,
  curves: Float64Array,
  from: number,
  column: Column,
  range: Range,
  { ridge, least }: BoostOptions,
) {
  const best = { column, bin: 0, gain: 0, left: range, right: range }
  const [low, high] = range
  const answer = (slope: number, curve: number) => Math.min(high, Math.max(low, -slope / (curve + ridge)))
  const worth = (slope: number, curve: number) => {
    const value = answer(slope, curve)
    return -value * (2 * slope + (curve + ridge) * value)
  }
  let [slope, curve] = [0, 0]
  for (let bin = 0; bin <= column.bounds.length; bin++) {
    slope += slopes[from + bin]!
    curve += curves[from + bin]!
  }
  const whole = worth(slope, curve)
  let [left, leftCurve] = [0, 0]
  for (let bin = 0; bin < column.bounds.length; bin++) {
    left += slopes[from + bin]!
    leftCurve += curves[from + bin]!
    if (leftCurve < least || curve - leftCurve < least) continue
    const gain = worth(left, leftCurve) + worth(slope - left, curve - leftCurve) - whole
    if (gain <= best.gain) continue
    const [below, above] = [answer(left, leftCurve), answer(slope - left, curve - leftCurve)]
    if (column.rising && below > above) continue
    const middle = (below + above) / 2
    Object.assign(best, { bin, gain })
    if (column.rising) Object.assign(best, { left: [low, middle], right: [middle, high] })
  }
  return best
}

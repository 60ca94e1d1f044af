import { type BlockShape, blockShapes, type CountedBlocks, countBlocks } from '../classify/blocks.ts'
import { logCount, type TermCounter } from '../classify/counter.ts'
import { fold } from '../classify/fold.ts'
import type { Row } from './data.ts'
import { random, shuffle } from './random.ts'

/** Logistic regression over the hashed blocks, in floats. */
export interface TextWeights {
  bias: number
  /** one table a block, 2^bits weights each */
  tables: readonly Float32Array[]
}

export const EPOCHS = 6
export const RATE = 0.6
export const L2 = 1e-6
export const EPSILON = 1e-6

/** Trains on `order` (indices of rows, repeated where a row shall count more). AdaGrad: Duchi, Hazan, Singer 2011. */
export function trainText(rows: readonly Row[], order: Uint32Array, seed: number, epochs = EPOCHS): TextWeights {
  // weight and summed squared gradient side by side, so that one cache line serves both
  const tables = blockShapes.map(({ bits }) => new Float32Array(2 << bits))
  const bias = new Float64Array(2)
  const next = random(seed)
  const shuffled = order.slice()
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(shuffled, next)
    for (const index of shuffled) {
      const row = rows[index]!
      const { counters } = countBlocks(fold(row.text), row.role === 'tool')
      let logit = bias[0]!
      for (let b = 0; b < counters.length; b++) logit += share(counters[b]!, tables[b]!, blockShapes[b]!)
      const gradient = 1 / (1 + Math.exp(-logit)) - row.target
      adagrad(bias, 0, gradient)
      for (let b = 0; b < counters.length; b++) step(counters[b]!, tables[b]!, blockShapes[b]!, gradient)
    }
  }
  return { bias: bias[0]!, tables: tables.map(withoutSquares) }
}

function share(counter: TermCounter, table: Float32Array, { scale, drop }: BlockShape): number {
  let sum = 0
  const { terms, counts, size } = counter
  for (let i = 0; i < size; i++) sum += table[2 * (terms[i]! >>> drop)]! * logCount[counts[i]!]!
  return (scale * sum) / counter.norm()
}

function step(counter: TermCounter, table: Float32Array, { scale, drop }: BlockShape, gradient: number): void {
  const factor = (gradient * scale) / counter.norm()
  const { terms, counts, size } = counter
  for (let i = 0; i < size; i++) {
    const at = 2 * (terms[i]! >>> drop)
    adagrad(table, at, factor * logCount[counts[i]!]! + L2 * table[at]!)
  }
}

function adagrad(table: Float32Array | Float64Array, at: number, gradient: number): void {
  const square = table[at + 1]! + gradient * gradient
  table[at + 1] = square
  table[at] = table[at]! - (RATE * gradient) / (Math.sqrt(square) + EPSILON)
}

function withoutSquares(table: Float32Array): Float32Array {
  const weights = new Float32Array(table.length / 2)
  for (let i = 0; i < weights.length; i++) weights[i] = table[2 * i]!
  return weights
}

/** The logit of a text, positive for non-coding, before calibration. */
export const textLogit = (weights: TextWeights, text: string, role: Row['role']): number =>
  logitOfBlocks(weights, countBlocks(fold(text), role === 'tool'))

export const logitOfBlocks = (weights: TextWeights, { counters }: CountedBlocks): number =>
  counters.reduce((logit, counter, b) => {
    let sum = 0
    const table = weights.tables[b]!
    const { scale, drop } = blockShapes[b]!
    const { terms, counts, size } = counter
    for (let i = 0; i < size; i++) sum += table[terms[i]! >>> drop]! * logCount[counts[i]!]!
    return logit + (scale * sum) / counter.norm()
  }, weights.bias)

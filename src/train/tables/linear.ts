import { sigmoid } from '../../classify/logit.ts'
import type { Row } from '../data.ts'
import { quantise } from '../quantise.ts'
import { random, shuffle } from '../random.ts'
import { EPOCHS, EPSILON, L2, RATE, type TextWeights } from '../text-model.ts'
import type { Features } from './extract.ts'

/** Trains on `order` (indices of rows, repeated where a row counts more) by AdaGrad; `bits` are those of the tables. */
export function trainLinear(
  rows: readonly Row[],
  features: Features,
  order: Uint32Array,
  bits: readonly number[],
  seed: number,
): TextWeights {
  const { blocks, starts, terms, values } = features
  const tables = bits.map((one) => new Float32Array(1 << one))
  const squares = bits.map((one) => new Float32Array(1 << one))
  const bias = { weight: new Float32Array(1), square: new Float32Array(1) }
  const next = random(seed)
  const shuffled = order.slice()
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(shuffled, next)
    for (const row of shuffled) {
      const gradient = sigmoid(logitOf({ bias: bias.weight[0]!, tables }, features, row)) - rows[row]!.target
      adagrad(bias.weight, bias.square, 0, gradient)
      for (let b = 0; b < blocks; b++) {
        const [weights, sums] = [tables[b]!, squares[b]!]
        const end = starts[row * blocks + b + 1]!
        for (let i = starts[row * blocks + b]!; i < end; i++) {
          const at = terms[i]!
          adagrad(weights, sums, at, gradient * values[i]! + L2 * weights[at]!)
        }
      }
    }
  }
  return { bias: bias.weight[0]!, tables }
}

function adagrad(weights: Float32Array, squares: Float32Array, at: number, gradient: number): void {
  const square = squares[at]! + gradient * gradient
  squares[at] = square
  weights[at] = weights[at]! - (RATE * gradient) / (Math.sqrt(square) + EPSILON)
}

/** The logit of a row's text, positive for non-coding. */
export function logitOf(
  { bias, tables }: TextWeights,
  { blocks, starts, terms, values }: Features,
  row: number,
): number {
  let logit = bias
  for (let b = 0; b < blocks; b++) {
    const table = tables[b]!
    const end = starts[row * blocks + b + 1]!
    for (let i = starts[row * blocks + b]!; i < end; i++) logit += table[terms[i]!]! * values[i]!
  }
  return logit
}

/** The same model with weights of 8 bits. */
export const inEightBits = ({ bias, tables }: TextWeights): TextWeights => ({
  bias,
  tables: tables.map((table) => {
    const { unit, weights } = quantise(table)
    return Float32Array.from(weights, (weight) => weight * unit)
  }),
})

/** The same model with so many of its greatest weights only, of all tables together. */
export function pruned({ bias, tables }: TextWeights, count: number): TextWeights {
  const sizes = new Float32Array(tables.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const table of tables) for (const weight of table) sizes[at++] = Math.abs(weight)
  const least = sizes.sort()[Math.max(0, sizes.length - count)]!
  return { bias, tables: tables.map((table) => table.map((weight) => (Math.abs(weight) < least ? 0 : weight))) }
}

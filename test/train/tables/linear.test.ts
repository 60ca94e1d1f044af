import { describe, expect, it } from 'vitest'
import { featuresOf } from '../../../src/train/tables/extract.ts'
import { inEightBits, logitOf, pruned, trainLinear } from '../../../src/train/tables/linear.ts'
import { blocks, oneTable, type Shape, smallBlocks } from '../../../src/train/tables/shapes.ts'
import type { TextWeights } from '../../../src/train/text-model.ts'
import { judgedRow } from '../eval/judgedRows.ts'

const words: Shape = {
  ...{ head: 20, tail: 10 },
  blocks: [{ parts: [{ unit: 'word', shortest: 1, longest: 2 }], bits: 12, scale: 1 }],
}

describe('features of a text', () => {
  const termsOf = (text: string, shape = words) => featuresOf([text], shape).terms.length

  it('are its words and pairs of words; a CJK character is a word', () => {
    expect(termsOf('fix the parser')).toBe(5)
    expect(termsOf('修复')).toBe(3)
    expect(termsOf('')).toBe(0)
  })
  it('come from both ends of a long text only', () => {
    expect(termsOf('one two three four five six seven eight nine')).toBe(
      termsOf('one two three four f') + termsOf('eight nine'),
    )
  })
  it('count, are normed by block, and scaled', () => {
    const { values, starts, blocks: count } = featuresOf(['write a poem', 'fix the bug, fix the test'], blocks)
    expect(count).toBe(4)
    const length = (from: number, to: number) => Math.hypot(...values.subarray(from, to))
    for (let at = 0; at < 8; at++)
      expect(length(starts[at]!, starts[at + 1]!)).toBeCloseTo(blocks.blocks[at % 4]!.scale, 5)
  })
})

const rows = Array.from(
  { length: 60 },
  (_, n) =>
    judgedRow({
      label: 'coding',
      text: n % 2 ? `write a poem about the sea number ${n}` : `fix the failing test in module ${n}`,
      target: n % 2 ? 1 : 0,
    }).row,
)
const order = Uint32Array.from({ length: 40 }, (_, n) => n)

it.each([oneTable, blocks, smallBlocks])('a model learns what texts are about, whatever its shape', (shape) => {
  const features = featuresOf(
    rows.map(({ text }) => text),
    shape,
  )
  const model = trainLinear(
    rows,
    features,
    order,
    shape.blocks.map(({ bits }) => bits),
    1,
  )
  for (let n = 40; n < 60; n++) expect(Math.sign(logitOf(model, features, n))).toBe(n % 2 ? 1 : -1)
})

const model: TextWeights = { bias: 0.5, tables: [Float32Array.of(0.1, -3, 3, 2), Float32Array.of(0.01, 1, 0, 0)] }

it('rounding to 8 bits keeps large weights, pruning the greatest of all tables', () => {
  expect(inEightBits(model).tables[0]![1]).toBeCloseTo(-3, 1)
  expect(pruned(model, 4)).toEqual({ bias: 0.5, tables: [Float32Array.of(0, -3, 3, 2), Float32Array.of(0, 1, 0, 0)] })
})

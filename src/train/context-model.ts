import { CONTEXT_BITS, contextParts, countContext } from '../classify/context.ts'
import { clip, sigmoid } from '../classify/logit.ts'
import type { Row } from './data.ts'
import { random, shuffle } from './random.ts'

/** The context may move a logit by so much at most: weak evidence, for misuse hides behind coding clients. */
export const CONTEXT_LIMIT = 1

const EPOCHS = 8
const RATE = 0.1
const L2 = 2e-3

/**
 * Fits what system prompt, tool names and client add to the text's calibrated logit (`offsets`, held fixed), on rows that
 * carry any of them. A session counts as the square root of its turns, since its context is one observation.
 */
export function trainContext(
  rows: readonly Row[],
  offsets: ArrayLike<number>,
  use: (row: number) => boolean,
): Float32Array {
  const table = new Float32Array(2 << CONTEXT_BITS)
  const turns = new Map<string, number>()
  for (const { group } of rows) turns.set(group, (turns.get(group) ?? 0) + 1)
  const carries = ({ system, tools, client }: Row) =>
    system !== undefined || tools !== undefined || client !== undefined
  const order = Uint32Array.from(rows.keys()).filter((i) => carries(rows[i]!) && use(i))
  const next = random(11)
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, next)
    for (const i of order) learn(table, rows[i]!, clip(offsets[i]!, 6), 1 / Math.sqrt(turns.get(rows[i]!.group)!))
  }
  return table.filter((_, i) => i % 2 === 0)
}

/** One step of AdaGrad; the table holds weight and summed squared gradient side by side. */
function learn(table: Float32Array, row: Row, offset: number, weight: number): void {
  const { terms, sizes } = countContext(row)
  let logit = offset
  for (let part = 0; part < contextParts.length; part++) {
    let sum = 0
    for (let i = 0; i < sizes[part]!; i++) sum += table[2 * terms[part]![i]!]!
    if (sizes[part]! > 0) logit += sum / Math.sqrt(sizes[part]!)
  }
  const gradient = weight * (sigmoid(logit) - row.target)
  for (let part = 0; part < contextParts.length; part++) {
    for (let i = 0; i < sizes[part]!; i++) {
      const at = 2 * terms[part]![i]!
      const slope = gradient / Math.sqrt(sizes[part]!) + L2 * table[at]!
      table[at + 1]! += slope * slope
      table[at]! -= (RATE * slope) / (Math.sqrt(table[at + 1]!) + 1e-3)
    }
  }
}

import { blockShapes, countBlocks } from '../classify/blocks.ts'
import { logCount } from '../classify/counter.ts'
import { fold } from '../classify/fold.ts'
import type { Parameters } from '../classify/model.ts'
import { CATEGORY_WORDS } from '../classify/score.ts'
import type { Row } from './data.ts'
import { quantise } from './quantise.ts'
import { random, shuffle } from './random.ts'

/** The coarse categories, those of coding first; each list ends with what is none of the others. */
export const codingCategories = [
  'explanation',
  'shell_devops',
  'generation',
  'agent_turn',
  'algorithm',
  'debugging',
].concat(['sql_data', 'docs', 'config', 'review', 'other'])
export const nonCodingCategories = [
  'general_qa',
  'roleplay',
  'medical_legal_finance',
  'academic',
  'data_extraction',
].concat(['creative_writing', 'math', 'business', 'chitchat', 'image_prompt', 'translation', 'summarization', 'other'])

const BITS = 12
const EPOCHS = 3
const RATE = 0.5

/** A multinomial logistic regression over hashed single words, one per side of the label; sessions teach it nothing. */
export function trainCategories(rows: readonly Row[]): { category: Parameters['category']; table: Int8Array } {
  const names = [...codingCategories, ...nonCodingCategories]
  const coding = codingCategories.length
  const table = new Float32Array(names.length << BITS)
  const squares = new Float32Array(names.length << BITS)
  const biases = new Float32Array(names.length)
  const order = Uint32Array.from(rows.keys()).filter((i) => rows[i]!.from !== 'session')
  const next = random(13)
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, next)
    for (const i of order) {
      const { target, category } = rows[i]!
      const [from, to] = target === 1 ? [coding, names.length] : [0, coding]
      const found = names.indexOf(category, from)
      learn({ table, squares, biases }, rows[i]!.text, from, to, found === -1 || found >= to ? to - 1 : found)
    }
  }
  const { unit, weights } = quantise(table)
  return { category: { names, coding, bits: BITS, unit, biases: [...biases] }, table: weights }
}

function learn(
  { table, squares, biases }: { table: Float32Array; squares: Float32Array; biases: Float32Array },
  text: string,
  from: number,
  to: number,
  truth: number,
): void {
  const { counters, singleWords } = countBlocks(fold(text), false)
  const { terms, counts } = counters[0]!
  const n = Math.min(singleWords, CATEGORY_WORDS)
  const shift = blockShapes[0]!.bits - BITS
  let square = 0
  for (let i = 0; i < n; i++) square += logCount[counts[i]!]! ** 2
  const norm = square > 0 ? 1 / Math.sqrt(square) : 0
  const powers = []
  for (let name = from; name < to; name++) {
    let logit = biases[name]!
    for (let i = 0; i < n; i++)
      logit += norm * table[(terms[i]! >>> shift) * biases.length + name]! * logCount[counts[i]!]!
    powers.push(Math.exp(logit))
  }
  const total = powers.reduce((sum, power) => sum + power, 0)
  for (let name = from; name < to; name++) {
    const gradient = powers[name - from]! / total - (name === truth ? 1 : 0)
    biases[name]! -= 0.01 * gradient
    for (let i = 0; i < n; i++) {
      const at = (terms[i]! >>> shift) * biases.length + name
      const slope = gradient * norm * logCount[counts[i]!]!
      squares[at]! += slope * slope
      table[at]! -= (RATE * slope) / (Math.sqrt(squares[at]!) + 1e-3)
    }
  }
}

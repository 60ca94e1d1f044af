import { blockShapes, type CountedBlocks, countBlocks } from './blocks.ts'
import { type Context, countContext, shareOf } from './context.ts'
import { logCount } from './counter.ts'
import { evidenceOfSize, fold, sizeOf } from './fold.ts'
import { hash64, hex16 } from './hash.ts'
import { clip, logitOf, sigmoid } from './logit.ts'
import type { Model } from './model.ts'
import { weightOf } from './vocabulary.ts'
import { correctionOf, wrappedIn, wrappedValues } from './wrapped.ts'

export interface ScoreInput extends Context {
  /** the last message that a user or a tool sent */
  text: string
  role?: 'user' | 'tool' | undefined
}

/** What one request alone says. A gateway may make it at the edge; the label reads nothing else of the request. */
export interface Score {
  /** calibrated probability of non-coding, 0 to 1 */
  nonCoding: number
  /** how much the text can tell, 0 to 1 */
  evidence: number
  role?: 'user' | 'tool' | undefined
  category?: string | undefined
  /** 16 hex digits of a hash of the folded text */
  fingerprint?: string | undefined
  /** version of the model that made it */
  classifier: string
}

/** No score claims more certainty than this logit (probability 0.9975); a greater one can only be an outside assertion. */
export const SCORE_LIMIT = 6
/** Keeps a logit above the threshold through the rounding of logit to probability. */
const MARGIN = 1e-9

/** Scores one request from its text, system prompt, tool names and client: pure and stateless. */
export function score(input: ScoreInput, model: Model): Score {
  const tool = input.role === 'tool'
  const wrapped = wrappedIn(input.text, (counted) => textLogit(counted, model)) // first, for it overwrites what is folded
  const folded = fold(input.text)
  const size = sizeOf(folded)
  const fingerprint = hex16(hash64(folded.codes, 0, folded.length))
  const counted = countBlocks(folded, tool)
  const whole = textLogit(counted, model)
  const text = wrapped ? whole + correctionOf(model.wrapped, wrappedValues(wrapped, whole, size, tool)) : whole
  const parts = contextLogits(input, model)
  const logit = combine(text, parts[0]! + parts[1]! + parts[2]!, model.thresholds.alone.nonCoding)
  return {
    nonCoding: sigmoid(logit),
    evidence: evidenceOfSize(size),
    role: input.role ?? 'user',
    category: categoryOf(counted, logit > 0, model),
    fingerprint,
    classifier: model.version,
  }
}

/** The calibrated logit of the text alone. */
export function textLogit({ counters }: CountedBlocks, { text, tables }: Model): number {
  let logit = text.bias
  for (let b = 0; b < counters.length; b++) {
    const { terms, counts, size } = counters[b]!
    const table = tables.blocks[b]!
    const { scale, drop } = blockShapes[b]!
    let sum = 0
    let square = 0
    for (let i = 0; i < size; i++) {
      const value = logCount[counts[i]!]!
      sum += table[terms[i]! >>> drop]! * value
      square += value * value
    }
    if (square > 0) logit += (scale * text.units[b]! * sum) / Math.sqrt(square)
  }
  return text.slope * logit + text.intercept
}

/**
 * The logits of the context's parts; their sum lies between ±limit. Where client or tools are those of a coding tool, the
 * context speaks for coding or not at all: the title or compaction call of such a tool looks like a chat.
 */
export function contextLogits(
  input: Context,
  { context, tables }: { context: Model['context']; tables: Pick<Model['tables'], 'context'> },
): number[] {
  const { terms, sizes, coding } = countContext(input)
  const logits = [0, 0, 0]
  let total = 0
  for (let part = 0; part < logits.length; part++) {
    let sum = 0
    for (let i = 0; i < sizes[part]!; i++) sum += weightOf(tables.context, terms[part]![i]!)
    if (sum !== 0) logits[part] = context.unit * sum * shareOf(part, sizes[part]!)
    total += logits[part]!
  }
  const bounded = Math.min(clip(total, context.limit), coding ? 0 : context.limit)
  return bounded === total ? logits : logits.map((logit) => (logit * bounded) / total)
}

/**
 * Text and context together, between ±SCORE_LIMIT: a context may add to clearly non-coding text (at or above the
 * threshold, a probability), but never bring it below.
 */
export function combine(text: number, context: number, threshold: number): number {
  const clear = logitOf(threshold, SCORE_LIMIT)
  const logit = clip(text + context, SCORE_LIMIT)
  return text >= clear && logit < clear + MARGIN ? clear + MARGIN : logit
}

/** The category reads so many different words from the beginning of a text. */
export const CATEGORY_WORDS = 64
const categoryLogits = new Float64Array(64)

/** The likeliest category among those of the side that the score stands on. */
function categoryOf({ counters, singleWords }: CountedBlocks, nonCoding: boolean, { category, tables }: Model): string {
  const { names, coding, bits, unit, biases } = category
  const [from, to] = nonCoding ? [coding, names.length] : [0, coding]
  const n = Math.min(singleWords, CATEGORY_WORDS)
  const { terms, counts } = counters[0]!
  const shift = blockShapes[0]!.bits - bits
  let square = 0
  categoryLogits.fill(0)
  for (let i = 0; i < n; i++) {
    const value = logCount[counts[i]!]!
    const row = (terms[i]! >>> shift) * names.length
    square += value * value
    for (let name = from; name < to; name++) categoryLogits[name]! += tables.category[row + name]! * value
  }
  const norm = square > 0 ? unit / Math.sqrt(square) : 0
  let best = from
  for (let name = from; name < to; name++) {
    categoryLogits[name] = biases[name]! + norm * categoryLogits[name]!
    if (categoryLogits[name]! > categoryLogits[best]!) best = name
  }
  return names[best]!
}

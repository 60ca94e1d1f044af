import { type CountedBlocks, countBlocks } from './blocks.ts'
import { evidenceOfSize, foldRuns, sizeOf } from './fold.ts'
import { split } from './payload/split.ts'
import { sumOfTrees, type Trees } from './trees.ts'

/**
 * What tells code around a text from a text in disguise: how payload and own words read by themselves, how much of the whole they
 * are, and what stands around them. Trees over these numbers correct the logit of a text that has a wrapper.
 */
export const wrappedFeatures = [
  ...['text', 'payload', 'own words × evidence', 'share of payload', 'length of pieces', 'pieces'],
  ...['lines of code', 'keys a piece', 'tool result', 'code', 'share of own words'],
] as const

/** How a part of a text reads by itself, and how long it is, as `sizeOf` counts. */
interface Part {
  logit: number
  size: number
}

/** A text with a wrapper, taken apart. */
export interface Wrapped {
  payload: Part
  own: Part
  pieces: number
  keys: number
  codeLines: number
  /** it is a tool's result, whoever sends it */
  result: boolean
}

/** Below so many letters of payload nothing is wrapped. */
const LEAST_LETTERS = 20

/** How tools that know no messages of tools begin their results. */
const RESULT = /^\[\w+ for '[^'\n]{1,200}'\] Result:/

/** Takes a text apart and reads its parts; undefined if nothing in it is wrapped. What was folded and counted before is overwritten. */
export function wrappedIn(text: string, read: (counted: CountedBlocks) => number): Wrapped | undefined {
  const { letters, pieces, starts, ends, own, ownStarts, ownEnds, keys, codeLines, text: whole } = split(text)
  if (letters.payload < LEAST_LETTERS) return undefined
  const payload = partOf(whole, pieces, starts, ends, read)
  const words = partOf(whole, own, ownStarts, ownEnds, read)
  return { payload, own: words, pieces, keys, codeLines, result: RESULT.test(text) }
}

function partOf(
  text: string,
  n: number,
  starts: Uint32Array,
  ends: Uint32Array,
  read: (counted: CountedBlocks) => number,
): Part {
  if (n === 0) return { logit: 0, size: 0 }
  const folded = foldRuns(text, n, starts, ends)
  return { size: sizeOf(folded), logit: read(countBlocks(folded, false)) }
}

const values = new Float64Array(wrappedFeatures.length)

/** Fills a scratch with the features of a wrapped text, given the whole's calibrated logit and size; so must be those of the parts. */
export function wrappedValues(
  { payload, own, pieces, keys, codeLines, result }: Wrapped,
  logit: number,
  size: number,
  tool: boolean,
): Float64Array {
  values[0] = logit
  values[1] = payload.logit
  values[2] = own.logit * evidenceOfSize(own.size)
  values[3] = payload.size / size
  values[4] = Math.log1p(payload.size / pieces)
  values[5] = Math.log1p(pieces)
  values[6] = Math.log1p(codeLines)
  values[7] = keys / pieces
  values[8] = tool || result ? 1 : 0
  values[9] = Math.log1p(Math.max(0, size - payload.size - own.size))
  values[10] = own.size / size
  return values
}

/** The trees may add so much to the whole's logit, and take away what they like: what they add may cost a developer. */
const MOST_ADDED = 0.7

/** What the shape of a wrapped text changes in the whole's logit. */
export const correctionOf = (trees: Trees, values: ArrayLike<number>): number =>
  Math.min(MOST_ADDED, sumOfTrees(trees, values))

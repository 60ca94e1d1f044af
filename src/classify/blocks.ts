import { TermCounter } from './counter.ts'
import { CJK, type Folded, unitClass, WORD } from './fold.ts'
import { finish } from './hash.ts'

/**
 * The features of a text: blocks of hashed n-grams (feature hashing: Weinberger et al. 2009), each with a table of its own,
 * each a vector of log(1 + count) that is normed on its own and then scaled. Of a long text only the first 300 and the last
 * 200 folded characters are read: what a request wants stands at its ends. The words of a tool result count twice, once
 * like those of a user and once in a block of their own, since the same word may mean something else there.
 */
export interface BlockShape {
  name: 'words' | 'characters' | 'first words' | 'last words' | 'words of tool results'
  /** the table has 2^bits weights */
  bits: number
  /** length of the normed vector */
  scale: number
  /** so many bits of a counted term are dropped to find its weight */
  drop: number
}

export const blockShapes: readonly BlockShape[] = [
  { name: 'words', bits: 20, scale: 0.85, drop: 0 },
  { name: 'characters', bits: 20, scale: 0.5, drop: 0 },
  { name: 'first words', bits: 16, scale: 0.4, drop: 0 },
  { name: 'last words', bits: 16, scale: 0.4, drop: 0 },
  { name: 'words of tool results', bits: 17, scale: 0.6, drop: 3 },
]

const HEAD = 300
const TAIL = 200
const EDGE = 60
const LONGEST_GRAM = 5

const counters = [new TermCounter(11), new TermCounter(13), new TermCounter(9), new TermCounter(9)] as const
const countersOfTools = [...counters, counters[0]]
const words = new Uint32Array(HEAD + TAIL + 2)
const indices = new Uint32Array((LONGEST_GRAM - 1) * (HEAD + TAIL))

export interface CountedBlocks {
  /** one counter a block, in the order of `blockShapes`, the last for tool results only; scratch that the next call overwrites */
  counters: readonly TermCounter[]
  /** the first so many terms of the words block are single words */
  singleWords: number
}

/** Counts the terms of all blocks of a folded text. */
export function countBlocks({ codes, length }: Folded, tool: boolean): CountedBlocks {
  const cut = length > HEAD + TAIL
  const headEnd = cut ? HEAD : length
  const [all, grams, first, last] = counters
  let n = hashWords(codes, 0, headEnd, 0)
  if (cut) n = hashWords(codes, length - TAIL, length, n)
  const singleWords = countWords(all, n, blockShapes[0]!.bits)
  grams.begin()
  countGrams(grams, codes, 0, headEnd)
  if (cut) countGrams(grams, codes, length - TAIL, length)
  grams.finish()
  countWords(first, hashWords(codes, 0, Math.min(EDGE, length), 0), blockShapes[2]!.bits)
  countWords(last, hashWords(codes, Math.max(0, length - EDGE), length, 0), blockShapes[3]!.bits)
  return { counters: tool ? countersOfTools : counters, singleWords }
}

/** Writes one hash a word (a run of word characters, or one CJK character) to `words` from `n` on, 0 behind the last. */
function hashWords(codes: Uint16Array, from: number, to: number, n: number): number {
  let at = n
  let hash = 0
  for (let i = from; i < to; i++) {
    const unit = codes[i]!
    const kind = unitClass[unit]!
    if (kind === WORD) {
      hash = Math.imul((hash === 0 ? 0x811c9dc5 : hash) ^ unit, 0x01000193)
      hash ^= hash >>> 15
      continue
    }
    if (hash !== 0) words[at++] = finish(hash) | 1 // never 0
    hash = 0
    if (kind === CJK) words[at++] = finish(unit ^ 0x5bd1e995) | 1
  }
  if (hash !== 0) words[at++] = finish(hash) | 1
  words[at] = 0
  return at + 1
}

/** Counts the first `n` hashes of `words`, single words first, then pairs; returns how many distinct single words. */
function countWords(counter: TermCounter, n: number, bits: number): number {
  const shift = 32 - bits
  let singles = 0
  for (let i = 0; i < n; i++) if (words[i] !== 0) indices[singles++] = words[i]! >>> shift
  counter.begin()
  counter.add(indices, singles)
  const distinct = counter.size
  let pairs = 0
  for (let i = 0; i + 1 < n; i++) {
    const left = words[i]!
    const right = words[i + 1]!
    if (left !== 0 && right !== 0) indices[pairs++] = finish(Math.imul(left, 0x9e3779b1) + right) >>> shift
  }
  counter.add(indices, pairs)
  counter.finish()
  return distinct
}

/** Counts the runs of 2 to 5 characters. */
function countGrams(counter: TermCounter, codes: Uint16Array, from: number, to: number): void {
  const shift = 32 - blockShapes[1]!.bits
  let n = 0
  for (let start = from; start < to; start++) {
    let hash = Math.imul(0x811c9dc5 ^ codes[start]!, 0x01000193)
    for (let i = start + 1, end = Math.min(to, start + LONGEST_GRAM); i < end; i++) {
      hash = Math.imul(hash ^ (hash >>> 15) ^ codes[i]!, 0x85ebca6b)
      indices[n++] = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> shift
    }
  }
  counter.add(indices, n)
}

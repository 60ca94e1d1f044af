import { logCount, TermCounter } from '../../classify/counter.ts'
import { CJK, fold, unitClass, WORD } from '../../classify/fold.ts'
import { finish } from '../../classify/hash.ts'
import type { Block, Grams, Shape } from './shapes.ts'

/** What texts look like to a linear model: the terms of one text and block lie together, `starts` says where. */
export interface Features {
  blocks: number
  /** of text t and block b at t × blocks + b; one more closes the last */
  starts: Uint32Array
  terms: Uint32Array
  /** log(1 + count), normed and scaled */
  values: Float32Array
}

/** A counter's capacity: 2^13 different terms. */
const SLOT_BITS = 14
const NOTHING = 0

/** Reads texts as a shape says, once for all models that are trained on them. */
export function featuresOf(texts: readonly string[], { head, tail, blocks }: Shape): Features {
  const counter = new TermCounter(SLOT_BITS)
  const starts = new Uint32Array(texts.length * blocks.length + 1)
  const [terms, values] = [growing(Uint32Array), growing(Float32Array)]
  texts.forEach((text, t) => {
    const { codes, length } = fold(text)
    const kept = codes.slice(0, length)
    const pieces = length > head + tail ? [kept.subarray(0, head), kept.subarray(length - tail)] : [kept]
    blocks.forEach((block, b) => {
      count(counter, kept, pieces, block)
      const factor = block.scale / counter.norm()
      for (let i = 0; i < counter.size; i++) {
        terms.push(counter.terms[i]!)
        values.push(factor * logCount[counter.counts[i]!]!)
      }
      starts[t * blocks.length + b + 1] = terms.length()
    })
  })
  return { blocks: blocks.length, starts, terms: terms.all(), values: values.all() }
}

function count(counter: TermCounter, kept: Uint16Array, pieces: readonly Uint16Array[], { parts, bits }: Block): void {
  counter.begin()
  parts.forEach((grams, kind) => {
    const { end } = grams
    const read = end ? [end.at === 'first' ? kept.subarray(0, end.length) : kept.subarray(-end.length)] : pieces
    for (const piece of read) {
      const terms = runs(unitsOf(piece, grams.unit), grams, kind).map((hash) => hash >>> (32 - bits))
      counter.add(Uint32Array.from(terms), terms.length)
    }
  })
  counter.finish()
}

/** A typed array that doubles when it is full. */
function growing<T extends Uint32Array | Float32Array>(Kind: { new (size: number): T }) {
  let items = new Kind(1 << 20)
  let size = 0
  return {
    push(value: number): void {
      if (size === items.length) {
        const larger = new Kind(2 * size)
        larger.set(items)
        items = larger
      }
      items[size++] = value
    },
    length: () => size,
    all: () => items.subarray(0, size) as T,
  }
}

/** One hash a word or CJK character, a NOTHING where something else stands between words; or one a character. */
function unitsOf(codes: Uint16Array, unit: Grams['unit']): number[] {
  if (unit === 'character') return Array.from(codes, (code) => code + 1)
  const units: number[] = []
  let word = NOTHING
  const close = () => {
    if (word !== NOTHING) units.push(finish(word) | 1)
    word = NOTHING
  }
  for (const code of codes) {
    const kind = unitClass[code]!
    if (kind === WORD) word = Math.imul((word || 0x811c9dc5) ^ code, 0x01000193) || 1
    else {
      close()
      if (kind === CJK) units.push(finish(code ^ 0x5bd1e995) | 1)
    }
  }
  close()
  return units
}

/** Hashes of all runs of the lengths asked for; `kind` keeps the runs of words and of characters in one table apart. */
function runs(units: readonly number[], { shortest, longest }: Grams, kind: number): number[] {
  const hashes: number[] = []
  for (let from = 0; from < units.length; from++) {
    let hash = Math.imul(kind + 1, 0x9e3779b1)
    for (let n = 1; n <= longest && from + n <= units.length; n++) {
      hash = Math.imul(hash ^ (hash >>> 15) ^ units[from + n - 1]!, 0x85ebca6b)
      if (n >= shortest) hashes.push(finish(hash))
    }
  }
  return hashes
}

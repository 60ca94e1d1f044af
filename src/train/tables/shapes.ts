/** A block of n-grams of a text, normed on its own. */
export interface Block {
  parts: readonly Grams[]
  /** its table has 2^bits weights */
  bits: number
  /** length of the normed vector */
  scale: number
}

/** Runs of words or characters. */
export interface Grams {
  unit: 'word' | 'character'
  shortest: number
  longest: number
  /** characters at one end of the text that are read; else all that is kept of it */
  end?: { at: 'first' | 'last'; length: number }
}

/** What a linear model reads of a folded text: so much of its head and tail, in blocks. */
export interface Shape {
  head: number
  tail: number
  blocks: readonly Block[]
}

const words: Grams = { unit: 'word', shortest: 1, longest: 2 }
const edge = (at: 'first' | 'last'): Grams => ({ ...words, end: { at, length: 60 } })

/** All n-grams in one table, of a long piece of text. */
export const oneTable: Shape = {
  ...{ head: 1000, tail: 500 },
  blocks: [{ parts: [{ unit: 'character', shortest: 3, longest: 5 }, words], bits: 20, scale: 1 }],
}

/** Words, characters, first and last words apart, each with a table of its own. */
const apart = (bits: readonly [number, number, number, number], longest: number): Shape => ({
  ...{ head: 300, tail: 200 },
  blocks: [
    { parts: [words], bits: bits[0], scale: 0.85 },
    { parts: [{ unit: 'character', shortest: 2, longest }], bits: bits[1], scale: 0.5 },
    { parts: [edge('first')], bits: bits[2], scale: 0.4 },
    { parts: [edge('last')], bits: bits[3], scale: 0.4 },
  ],
})
export const blocks = apart([20, 20, 20, 20], 5)
export const smallBlocks = apart([18, 18, 16, 16], 4)

import { isNatural, type Measured, measure } from './natural.ts'

/** What wraps a piece of payload. */
export const pieceKinds = ['comment', 'string', 'markup', 'value', 'line'] as const
export type PieceKind = (typeof pieceKinds)[number]

/**
 * Where in a text its payload stands, which is natural language inside of comments, docstrings, strings, markup, values, fences, numbered
 * reads and patches, and where a person's own words beside it; all else is code. A scratch that the next `split` overwrites.
 */
export interface Split {
  /** what was read: the text, or the ends of a long one */
  text: string
  /** the runs in the order of the text: the first `pieces` of payload, the first `own` of own words */
  pieces: number
  starts: Uint32Array
  ends: Uint32Array
  kinds: PieceKind[]
  own: number
  ownStarts: Uint32Array
  ownEnds: Uint32Array
  /** letters (`Measured`) of payload, of own words, and of payload by what wraps it */
  letters: { payload: number; own: number }
  lettersOf: Record<PieceKind, number>
  /** keys of JSON and YAML, and lines that hold code */
  keys: number
  codeLines: number
}

/** Runs beyond so many are not told apart any more. */
const MOST = 256
/** A piece of fewer letters says nothing. */
const LEAST_LETTERS = 5

const empty = { comment: 0, string: 0, markup: 0, value: 0, line: 0 }

export const found: Split = {
  ...{ text: '', pieces: 0, own: 0, keys: 0, codeLines: 0 },
  ...{ starts: new Uint32Array(MOST), ends: new Uint32Array(MOST), kinds: [] },
  ...{ ownStarts: new Uint32Array(MOST), ownEnds: new Uint32Array(MOST) },
  ...{ letters: { payload: 0, own: 0 }, lettersOf: { ...empty } },
}

export function begin(text: string): void {
  Object.assign(found, { text, pieces: 0, own: 0, keys: 0, codeLines: 0 })
  Object.assign(found.letters, { payload: 0, own: 0 })
  Object.assign(found.lettersOf, empty)
}

/** Adds a run as a piece of payload if it is natural language. */
export function piece(from: number, to: number, kind: PieceKind): boolean {
  const run = measure(found.text, from, to)
  if (!isNatural(run, 2) || run.letters < LEAST_LETTERS) return false
  addPiece(from, to, kind, run)
  return true
}

export function addPiece(from: number, to: number, kind: PieceKind, { letters }: Measured): void {
  if (found.pieces === MOST) return
  found.starts[found.pieces] = from
  found.ends[found.pieces] = to
  found.kinds[found.pieces++] = kind
  found.letters.payload += letters
  found.lettersOf[kind] += letters
}

export function addOwn(from: number, to: number, { letters }: Measured): void {
  if (found.own === MOST) return
  found.ownStarts[found.own] = from
  found.ownEnds[found.own++] = to
  found.letters.own += letters
}

/** Takes the last run of own words back if it begins there. */
export function takeBack(from: number): boolean {
  if (found.own === 0 || found.ownStarts[found.own - 1] !== from) return false
  found.own--
  found.letters.own -= measure(found.text, from, found.ownEnds[found.own]!).letters
  return true
}

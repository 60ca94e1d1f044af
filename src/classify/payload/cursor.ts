import { backTo, skip } from './blanks.ts'
import { openBlock, readBlock } from './block.ts'
import { type PieceKind, piece } from './pieces.ts'

/** What is known of a text between its lines. */
export interface Page {
  /** open brackets, open tags, whether tags are closed anywhere in it */
  depth: number
  markup: number
  hasTags: boolean
  /** where the content of the line before begins and ends, if it began with `#`; else -1 */
  hash: number
  hashEnd: number
  /** the line before was `key: value` */
  keyed: boolean
}

/** The line that is read. */
export interface Line {
  text: string
  from: number
  to: number
  at: number
  /** it stands in a fence, a numbered read, a patch or in markup */
  wrapped: boolean
  indented: boolean
  /** it holds code; a key */
  coded: boolean
  keyed: boolean
  /** `hash` and `hashEnd` of the page */
  afterHash: number
  afterHashEnd: number
  /** the first colon that may end a key, or -1 */
  colon: number
  /** where the first wrapper begins, or -1, and where the last one ends */
  first: number
  end: number
  /** within a tag; behind one, from `run` on */
  inTag: boolean
  tagged: boolean
  run: number
}

export const page: Page = { depth: 0, markup: 0, hasTags: false, hash: -1, hashEnd: -1, keyed: false }
export const line: Line = {
  ...{ text: '', from: 0, to: 0, at: 0, wrapped: false, indented: false, coded: false },
  ...{
    keyed: false,
    afterHash: -1,
    afterHashEnd: -1,
    colon: -1,
    first: -1,
    end: 0,
    inTag: false,
    tagged: false,
    run: 0,
  },
}

/** The last unit before this place of the line that is no blank, 0 at its beginning. */
export function before({ text, from, at }: Line): number {
  const end = backTo(text, at, from)
  return end === from ? 0 : text.charCodeAt(end - 1)
}

/** The line goes on at `end`. */
export function taken(end: number): true {
  if (line.first < 0) line.first = line.at
  line.coded = true
  line.end = end
  line.at = end - 1
  return true
}

/** The rest of the line, from `from` on, is a comment. */
export function comment(from: number): true {
  piece(skip(line.text, from, line.to), line.to, 'comment')
  return taken(line.to)
}

/** A comment, docstring or template begins, whose content begins at `from`. */
export function blockFrom(from: number, closer: string, kind: PieceKind): boolean {
  return openBlock(line.text, from, closer, kind) && taken(readBlock(line.text, from, line.to))
}

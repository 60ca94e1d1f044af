import { backTo, isBlank, skip } from './blanks.ts'
import { before, type Line, type Page } from './cursor.ts'
import { piece } from './pieces.ts'

const codes = (marks: string) => Array.from(marks, (mark) => mark.charCodeAt(0))
/** What stands before a string in code, and seldom before a quotation. */
const BEFORE = new Set(codes('=[{+|&!'))
const BEHIND = new Set(codes(',]:});'))
const [COMMA, COLON, QUESTION, BRACKET, GREATER, EQUALS, DASH] = codes(',:?(>=-') as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]
const [BACKSLASH, N] = [0x5c, 0x6e]

/** The item of a list. */
const isBullet = ({ text, at, from }: Line) =>
  at === from + 2 && text.charCodeAt(from) === DASH && isBlank(text, from + 1)

/** Whether a quotation mark opens a string, and not a quotation in prose. */
export function opensString(line: Line, page: Page): boolean {
  const { text, from, at, coded } = line
  if (at === from || isBullet(line)) return true
  switch (before(line)) {
    case COMMA:
      return page.depth > 0 || coded
    case COLON:
      return page.depth > 0 || line.keyed || isValue(line)
    case QUESTION:
      return coded
    case BRACKET:
      return coded || !isBlank(text, backTo(text, at, from) - 2)
    case GREATER:
      return text.charCodeAt(backTo(text, at, from) - 2) === EQUALS
    default:
      return BEFORE.has(before(line)) || says(line)
  }
}

/** Commands and statements whose first word is followed by a string. */
const SAYING = new Set(['echo', 'printf', 'print', 'git', 'return', 'throw', 'raise', 'case', '$'])
const LONGEST_SAYING = 6

function says({ text, from }: Line): boolean {
  let end = from
  while (end - from <= LONGEST_SAYING && !isBlank(text, end)) end++
  return SAYING.has(text.slice(from, end))
}

/** How many blanks stand between two places, up to three. */
function blanksIn(text: string, from: number, to: number): number {
  let blanks = 0
  for (let i = from; i < to && blanks < 3; i++) if (isBlank(text, i)) blanks++
  return blanks
}

/** Behind the colon of `key: "value"`, unless the key begins a sentence. */
function isValue({ text, from, at, wrapped, indented, colon }: Line): boolean {
  const first = text.charCodeAt(from)
  const isUpper = first >= 0x41 && first <= 0x5a
  return (wrapped || indented || !isUpper) && colon >= 0 && blanksIn(text, from, at) <= (indented ? 2 : 1)
}

/** Where the string that opens here is closed, in its line and as a string would be; else -1. */
export function closesString(line: Line, { depth }: Page, quote: number): number {
  const { text, at, from, to } = line
  let end = at + 1
  while (end < to && text.charCodeAt(end) !== quote) end += text.charCodeAt(end) === BACKSLASH ? 2 : 1
  if (end >= to) return -1
  if (at > from && !isBullet(line)) return end
  const next = skip(text, end + 1, to)
  const closes = next < to ? BEHIND.has(text.charCodeAt(next)) : depth > 0 || line.wrapped
  return closes ? end : -1
}

/** The content of a string, piece by piece between the line breaks that are escaped in it. */
export function readString(text: string, from: number, to: number): void {
  let begin = from
  for (let i = from; i < to; i++) {
    if (text.charCodeAt(i) !== BACKSLASH) continue
    if (i + 1 < to && text.charCodeAt(i + 1) === N) {
      piece(begin, i, 'string')
      begin = i + 2
    }
    i++
  }
  piece(begin, to, 'string')
}

import { skip } from './blanks.ts'
import { found } from './pieces.ts'

/** What wraps whole lines: a fence, a patch; and the last number before a line, -1 for none. */
export const outer = { fenced: false, patched: false, number: -1 }

const [TAB, BLANK, BAR, COLON, PLUS, DASH, BACKSLASH] = [0x09, 0x20, 0x7c, 0x3a, 0x2b, 0x2d, 0x5c]
const [ARROW, RULE] = [0x2192, 0x2502]
const MOST_DIGITS = 7

/** Behind the number that a reading tool puts before a line: `12→`, `12 |`, a tab; `12:` if it goes on from the line before. */
export function readUnnumbered(text: string, from: number, to: number): number {
  const begin = skip(text, from, to)
  let at = begin
  let number = 0
  for (; at < to && at - begin < MOST_DIGITS; at++) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) break
    number = number * 10 + digit
  }
  if (at === begin || at === to) return from
  const goesOn = number === outer.number + 1
  const unit = text.charCodeAt(at)
  if (unit === TAB || unit === COLON) outer.number = number
  if (unit === TAB || (unit === COLON && goesOn)) return at + 1
  const next = unit === COLON ? at : skip(text, at, to)
  const mark = next < to ? text.charCodeAt(next) : 0
  if (mark !== ARROW && mark !== RULE && mark !== BAR) return from
  outer.number = number
  return next + 1
}

const HEADS = ['@@', 'diff --git', '--- a', '+++ ', '*** ']
const headUnits = new Set(HEADS.map((head) => head.charCodeAt(0)))

/** Where the content of a line of a patch begins, behind `to` if it has none: heads and lines that are taken out. */
export function readPatch(text: string, from: number, to: number): number {
  if (headUnits.has(text.charCodeAt(from)) && HEADS.some((head) => text.startsWith(head, from))) {
    outer.patched = true
    found.codeLines++
    return to + 1
  }
  if (!outer.patched) return from
  const unit = from < to ? text.charCodeAt(from) : BLANK
  if (unit === DASH) return to + 1
  if (unit === PLUS) return from + 1
  outer.patched = unit === BLANK || unit === BACKSLASH
  return from
}

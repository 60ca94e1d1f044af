import { CJK, unitClass } from '../fold.ts'
import { isBlank, skip } from './blanks.ts'
import { before, blockFrom, comment, line, page, taken } from './cursor.ts'
import { isMark, isNatural, measure } from './natural.ts'
import { addOwn, found, piece, takeBack } from './pieces.ts'
import { closesString, opensString, readString } from './quotes.ts'
import { endTag, tag } from './tags.ts'

const [DOUBLE, SINGLE, TICK, SLASH, STAR, HASH, DASH] = [0x22, 0x27, 0x60, 0x2f, 0x2a, 0x23, 0x2d]
const [LESS, GREATER, BANG, COLON, SEMICOLON, PERCENT, EQUALS] = [0x3c, 0x3e, 0x21, 0x3a, 0x3b, 0x25, 0x3d]
/** The marks that may open, close or end something. */
const special = Uint8Array.from({ length: 128 }, (_, unit) =>
  '"\'`/#<>-;%()[]{}:='.includes(String.fromCharCode(unit)) ? 1 : 0,
)

/** Finds the wrappers of a line, and their content. */
export function findWrappers(): void {
  const { text, to } = line
  for (let at = line.at; at < to; at++) {
    const unit = text.charCodeAt(at)
    if (unit > 127 || special[unit] === 0) continue
    line.at = at
    if (!wrapper(unit)) bracket(unit)
    at = line.at
  }
}

/** Reads the wrapper that begins at a mark, if one does. */
function wrapper(unit: number): boolean {
  switch (unit) {
    case DOUBLE:
    case SINGLE:
    case TICK:
      return quote(unit)
    case SLASH:
      return slash()
    case HASH:
      return hash()
    case LESS:
      return tag()
    case GREATER:
      return line.inTag && endTag()
    case DASH:
    case SEMICOLON:
    case PERCENT:
      return line.at === line.from && lineComment(unit)
    default:
      return false
  }
}

/** A comment of SQL, of Lisp or of TeX. */
function lineComment(unit: number): boolean {
  const { text, at } = line
  const next = text.charCodeAt(at + 1)
  const begins = unit === DASH ? next === DASH && text.charCodeAt(at + 2) === 0x20 : next === 0x20
  return begins && comment(at + 2)
}

function bracket(unit: number): void {
  switch (unit) {
    case 0x5b:
    case 0x7b:
      line.coded = true
      page.depth++
      break
    case 0x28:
      page.depth++
      break
    case 0x29:
    case 0x5d:
    case 0x7d:
      if (page.depth > 0) page.depth--
      break
    case COLON:
      if (line.colon < 0) line.colon = line.at
      break
    case EQUALS:
      line.coded = true
  }
}

function quote(unit: number): boolean {
  const { text, at } = line
  if (unit !== TICK && text.charCodeAt(at + 1) === unit && text.charCodeAt(at + 2) === unit)
    if (blockFrom(at + 3, unit === DOUBLE ? '"""' : "'''", 'string')) return true
  if (!opensString(line, page)) return false
  if (unit === TICK) return (at > line.from || page.depth > 0) && blockFrom(at + 1, '`', 'string')
  const end = closesString(line, page, unit)
  if (end < 0) return false
  if (text.charCodeAt(skip(text, end + 1, line.to)) === COLON) {
    found.keys++
    line.keyed = true
  } else readString(text, at + 1, end)
  return taken(end + 1)
}

function slash(): boolean {
  const { text, at, from } = line
  const next = at + 1 < line.to ? text.charCodeAt(at + 1) : 0
  if (next !== SLASH && next !== STAR) return false
  const last = before(line)
  const apart = at === from || isBlank(text, at - 1)
  if (next === SLASH && last !== COLON && (apart || last === SEMICOLON)) {
    let begin = at + 2
    while (text.charCodeAt(begin) === SLASH || text.charCodeAt(begin) === BANG) begin++
    return comment(Math.min(begin, line.to))
  }
  return next === STAR && (apart || isMark(last)) && blockFrom(at + 2, '*/', 'comment')
}

function hash(): boolean {
  const { text, at, from } = line
  const next = at + 1 < line.to ? text.charCodeAt(at + 1) : 0
  if (next !== 0x20 && unitClass[next] !== CJK) return false
  if (at === from) {
    page.hash = at + 1
    page.hashEnd = line.to
    if (line.afterHash >= 0) readBefore()
    return (line.afterHash >= 0 || line.wrapped || found.codeLines > 0) && comment(at + 1)
  }
  const apart = at > from + 1 && isBlank(text, at - 1)
  const last = before(line)
  const behindCode = isMark(last) || last === DOUBLE || last === SINGLE
  return apart && (isBlank(text, at - 2) || behindCode) && comment(at + 1)
}

/** The line before began with `#` too, so it was no heading, and is no person's own words. */
function readBefore(): void {
  const { text, afterHash, afterHashEnd } = line
  if (!takeBack(afterHash - 1)) return
  piece(skip(text, afterHash, afterHashEnd), afterHashEnd, 'comment')
}

/** A person's own words before the first and behind the last wrapper of a line. */
export function readBeside(): void {
  const { text, from, to, first, end, tagged } = line
  if (first > from) own(text, from, first)
  if (end < to && !tagged) own(text, end, to)
}

const LEAST_BESIDE = 4

function own(text: string, from: number, to: number): void {
  const run = measure(text, from, to)
  if (isNatural(run, LEAST_BESIDE)) addOwn(from, to, run)
}

import { backTo, isBlank, skip } from './blanks.ts'
import { block, readBlock } from './block.ts'
import { line, page } from './cursor.ts'
import { findWrappers, readBeside } from './line.ts'
import { isNatural, measure } from './natural.ts'
import { addOwn, addPiece, begin, found, piece, type Split } from './pieces.ts'
import { outer, readPatch, readUnnumbered } from './prefix.ts'
import { readBehindTag } from './tags.ts'

/** Of a long text the beginning and the end are read. */
const HEAD = 1200
const TAIL = 800
/** Without any of these nothing wraps anything. */
const WRAPPING = /["`<#|→│\t]|\/[/*]|--|\+\+\+|@@|[=([{:,]\s?'|: |\d:|^[;%] /m

/** Takes a text apart, in one pass over its lines. */
export function split(whole: string): Split {
  const text = whole.length > HEAD + TAIL ? `${whole.slice(0, HEAD)}\n${whole.slice(-TAIL)}` : whole
  begin(text)
  page.depth = page.markup = 0
  page.hash = -1
  page.keyed = false
  if (!WRAPPING.test(text)) return found
  page.hasTags = text.includes('</') || text.includes('/>')
  outer.fenced = outer.patched = false
  outer.number = -1
  block.end = -1
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('\n', at)
    const end = next === -1 ? text.length : next
    readLine(text, at, end)
    at = end + 1
  }
  return found
}

function readLine(text: string, start: number, end: number): void {
  let from = readUnnumbered(text, start, end)
  const numbered = from > start
  if (!numbered) from = readPatch(text, start, end)
  if (from > end) return
  if (block.end >= 0) from = readBlock(text, from, end)
  const at = skip(text, from, end)
  if (at === end) return
  if (text.startsWith('```', at)) {
    outer.fenced = !outer.fenced
    page.keyed = false
    return
  }
  const wrapped = outer.fenced || outer.patched || numbered || page.markup > 0
  line.text = text
  line.from = line.at = line.end = line.run = at
  line.to = backTo(text, end, at)
  line.wrapped = wrapped
  line.indented = at > from
  line.coded = line.keyed = line.inTag = line.tagged = false
  line.colon = line.first = -1
  readContent()
}

function readContent(): void {
  const before = found.pieces
  line.afterHash = page.hash
  line.afterHashEnd = page.hashEnd
  page.hash = -1
  findWrappers()
  readBehindTag()
  if (found.pieces > before || line.tagged) {
    found.codeLines++
    page.keyed = line.keyed
    if (!line.wrapped) readBeside()
  } else if (line.keyed) {
    found.codeLines++
    page.keyed = true
  } else if (!readValue()) readPlain()
}

const [COLON, DASH, STAR, GREATER, HASH] = [0x3a, 0x2d, 0x2a, 0x3e, 0x23]
const LONGEST_KEY = 40

/** Reads `key: value`, where the key is one word that begins no sentence. */
function readValue(): boolean {
  const { text, from, to, colon, wrapped, indented } = line
  const beforeKeyed = page.keyed
  page.keyed = false
  if (colon <= from || colon - from > LONGEST_KEY || (colon + 1 < to && !isBlank(text, colon + 1))) return false
  const first = text.charCodeAt(from)
  const isItem = first === DASH
  if (first >= 0x41 && first <= 0x5a) return false
  const key = isItem ? skip(text, from + 1, to) : from
  for (let i = key; i < colon; i++) if (isBlank(text, i)) return false
  page.keyed = true
  found.codeLines++
  if (wrapped || beforeKeyed || indented) {
    found.keys++
    piece(skip(text, colon + 1, to), to, 'value')
  }
  return true
}

/** Words that begin a line of code. */
const KEYWORDS = new Set(
  'import from return def class if for while else const let var function public private select insert alter create'
    .concat(' update delete export async await throw try catch switch case package use fn pub func elif except with')
    .concat(' raise struct enum interface type')
    .split(' '),
)
const LONGEST_KEYWORD = 9
const KEYWORD_MARKS = 3
const COLON_MARKS = 2
/** Prose that is no code beyond doubt is tolerated with more marks. */
const LETTERS_A_MARK = 4
const LEAST_WORDS = 4

/** Reads a line without a wrapper of its own: payload within one, else a person's own words, or code. */
function readPlain(): void {
  const { text, from, to, wrapped, coded } = line
  let at = from
  const first = text.charCodeAt(from)
  if (first === DASH || first === STAR || first === GREATER || first === HASH) {
    while (at < to && text.charCodeAt(at) === first) at++
    at = skip(text, at, to)
  }
  const run = measure(text, at, to)
  if (KEYWORDS.has(firstWord(text, at, to))) run.marks += KEYWORD_MARKS
  if (run.marks > 0 && text.charCodeAt(to - 1) === COLON) run.marks += COLON_MARKS
  const { words, letters, marks } = run
  const loose = !coded && words >= LEAST_WORDS && marks * LETTERS_A_MARK <= letters
  if (!loose && !isNatural(run, wrapped ? 3 : 2)) found.codeLines++
  else if (wrapped) addPiece(at, to, 'line', run)
  else addOwn(from, to, run)
}

/** The first word of a run in lower case; empty if it is too long for a keyword. */
function firstWord(text: string, from: number, to: number): string {
  const most = Math.min(to, from + LONGEST_KEYWORD + 1)
  let at = from
  while (at < most && text.charCodeAt(at) !== 0x20) at++
  return at < most ? text.slice(from, at).toLowerCase() : ''
}

/**
 * Text as the classifier sees it: lower case, full-width forms narrowed, runs of blanks and control characters folded
 * into one blank, none at either end. Everything downstream (features, evidence, fingerprint) reads these code units.
 */
export interface Folded {
  /** UTF-16 code units; only the first `length` count. A scratch that the next `fold` overwrites. */
  codes: Uint16Array
  length: number
  /** how many of the code units are CJK characters, each of which says as much as a short word */
  cjk: number
}

export const BLANK = 0
export const WORD = 1
export const CJK = 2
export const MARK = 3

const UNITS = 65_536
/** The folded code unit of every code unit, and its class (BLANK, WORD, CJK, MARK), computed once. */
const foldedUnit = new Uint16Array(UNITS)
/** The class of every folded code unit. */
export const unitClass = new Uint8Array(UNITS)

/** Inclusive ranges of punctuation and symbols above ASCII; everything else up there counts as part of a word. */
const marks = [
  0x00a1, 0x00a9, 0x00ab, 0x00b4, 0x00b6, 0x00b9, 0x00bb, 0x00bf, 0x2010, 0x2bff, 0x3001, 0x3004, 0x3008,
].concat([0x3020, 0x30fb, 0x30fb, 0xff00, 0xff0f, 0xff1a, 0xff20, 0xff3b, 0xff40, 0xff5b, 0xff65, 0xfe10, 0xfe6f])
/** Inclusive ranges of scripts written without blanks between words: kana, Han, their compatibility forms. */
const cjkRanges = [0x3005, 0x3007, 0x3040, 0x30fa, 0x30fc, 0x31ff, 0x3400, 0x4dbf, 0x4e00, 0x9fff, 0xf900, 0xfaff]

function within(unit: number, ranges: readonly number[]): boolean {
  for (let i = 0; i < ranges.length; i += 2) if (unit >= ranges[i]! && unit <= ranges[i + 1]!) return true
  return false
}

function classOf(unit: number): number {
  if (unit <= 0x20 || (unit >= 0x7f && unit <= 0xa0)) return BLANK
  if (unit < 0x7f) {
    const char = String.fromCharCode(unit)
    return (char >= '0' && char <= '9') || (char >= 'A' && char <= 'Z') || (char >= 'a' && char <= 'z') || char === '_'
      ? WORD
      : MARK
  }
  if ((unit >= 0x2000 && unit <= 0x200f) || (unit >= 0x2028 && unit <= 0x202f) || unit === 0x3000 || unit === 0xfeff)
    return BLANK
  if (within(unit, cjkRanges)) return CJK
  return within(unit, marks) ? MARK : WORD
}

for (let unit = 0; unit < UNITS; unit++) {
  const narrow = unit >= 0xff01 && unit <= 0xff5e ? unit - 0xfee0 : unit
  const kind = classOf(narrow)
  const caseless = kind !== WORD || (narrow > 0x24ff && narrow < 0xa640) || (narrow > 0xabff && narrow < 0xff00)
  const lower = caseless ? '' : String.fromCharCode(narrow).toLowerCase()
  foldedUnit[unit] = kind === BLANK ? 0x20 : lower.length === 1 ? lower.charCodeAt(0) : narrow
  unitClass[unit] = kind
}

const scratch: Folded = { codes: new Uint16Array(UNITS), length: 0, cjk: 0 }

/** Folds a text into a scratch that stays valid until the next call. */
export function fold(text: string): Folded {
  begin(text.length)
  foldOn(text, 0, text.length)
  return end()
}

/** Folds the first `n` runs of a text, from their starts to their ends, with a blank between them, into the same scratch. */
export function foldRuns(text: string, n: number, starts: Uint32Array, ends: Uint32Array): Folded {
  begin(text.length + n)
  for (let i = 0; i < n; i++) {
    foldOn(text, starts[i]!, ends[i]!)
    foldOn('\n', 0, 1)
  }
  return end()
}

function begin(most: number): void {
  if (scratch.codes.length < most) scratch.codes = new Uint16Array(most)
  scratch.length = scratch.cjk = 0
}

function foldOn(text: string, from: number, to: number): void {
  const codes = scratch.codes
  let { length, cjk } = scratch
  let blank = length === 0 || codes[length - 1] === 0x20 // so that no blank comes first
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i)
    const kind = unitClass[unit]!
    if (kind === BLANK) {
      if (!blank) codes[length++] = 0x20
      blank = true
    } else {
      codes[length++] = foldedUnit[unit]!
      if (kind === CJK) cjk++
      blank = false
    }
  }
  scratch.length = length
  scratch.cjk = cjk
}

function end(): Folded {
  if (scratch.length > 0 && scratch.codes[scratch.length - 1] === 0x20) scratch.length--
  return scratch
}

/** A folded text's length, a CJK character counting for two and a half letters. */
export const sizeOf = ({ length, cjk }: Folded): number => length + 1.5 * cjk

/** How much a text of a size can tell, 0 to 1: all from 80 on. */
export const evidenceOfSize = (size: number): number => Math.min(1, size / 80)

/** How much a text can tell. */
export const evidenceOf = (folded: Folded): number => evidenceOfSize(sizeOf(folded))

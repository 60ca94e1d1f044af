import { CJK, unitClass, WORD } from '../fold.ts'

/** What a run of text is made of. A scratch: `measure` overwrites it. */
export interface Measured {
  /** a CJK character counts for half of one */
  words: number
  /** a CJK character counts for two and a half */
  letters: number
  /** how much speaks for code: brackets, operators, names in camel or snake case, members */
  marks: number
}

const measured: Measured = { words: 0, letters: 0, marks: 0 }

const [OTHER, LOWER, UPPER, IDEOGRAPH, DOT, APOSTROPHE, UNDERSCORE, MARK] = [0, 1, 2, 3, 4, 5, 6, 7] as const
/** What every code unit is to `measure`; MARK + n speaks for code n times. */
const sort = Uint8Array.from(unitClass, (kind, unit) => {
  if (kind === CJK) return IDEOGRAPH
  if (kind === WORD) {
    if (unit === 0x5f) return UNDERSCORE
    if (unit >= 0x30 && unit <= 0x39) return OTHER
    return unit >= 0x41 && unit <= 0x5a ? UPPER : LOWER
  }
  if (unit === 0x2e) return DOT
  if (unit === 0x27 || unit === 0x2019) return APOSTROPHE
  const char = String.fromCharCode(unit)
  return unit > 0x7f ? OTHER : '{}[]<>=;|&$@^~+*/#%`'.includes(char) ? MARK + 2 : '()'.includes(char) ? MARK + 1 : OTHER
})

/** Whether a code unit is a mark of code. */
export const isMark = (unit: number): boolean => sort[unit]! > MARK

export function measure(text: string, from: number, to: number): Measured {
  let words = 0
  let letters = 0
  let cjk = 0
  let marks = 0
  let before: number = OTHER
  let inWord = false
  for (let i = from; i < to; i++) {
    const now = sort[text.charCodeAt(i)]!
    if (now === LOWER || now === UPPER) {
      letters++
      if (!inWord) words++
      else if (now === UPPER && before === LOWER) marks += 2
      inWord = true
    } else if (now === UNDERSCORE) marks += 2
    else {
      if (now === IDEOGRAPH) cjk++
      else if (now > MARK) marks += now - MARK
      else if (now === DOT && inWord && i + 1 < to && unitClass[text.charCodeAt(i + 1)] === WORD) marks += 2
      inWord = inWord && now === APOSTROPHE
    }
    before = now
  }
  measured.words = words + cjk / 2
  measured.letters = letters + 2.5 * cjk
  measured.marks = marks
  return measured
}

/** Marks of code are tolerated in natural language up to one in so many letters. */
const LETTERS_A_MARK = 6

/** Whether a run of so many words at least reads as natural language rather than as code. */
export const isNatural = ({ words, letters, marks }: Measured, least: number): boolean =>
  words >= least && marks * LETTERS_A_MARK <= letters

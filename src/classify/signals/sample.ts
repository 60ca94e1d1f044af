/** Something that a detector looks for: the words that support reads, what they stand for, and how it is found. */
export interface Detector {
  name: string
  meaning: string
  found: (text: string) => boolean
}

/** A kind of text that is not about software, as far as its details show it. */
export interface Kind {
  name: string
  details: readonly Detector[]
}

const HEAD = 6000
const TAIL = 2000

/** What detectors read of a text: all of it, or of a long one its beginning and its end. */
export function sampleOf(text: string): string {
  return text.length > HEAD + TAIL ? `${text.slice(0, HEAD)}\n${text.slice(-TAIL)}` : text
}

/** How often a global pattern occurs, counted up to `most`. */
export function countOf(text: string, pattern: RegExp, most = Number.POSITIVE_INFINITY): number {
  let count = 0
  pattern.lastIndex = 0
  while (count < most && pattern.test(text)) count++
  return count
}

/** Whether a global pattern occurs at least `least` times. */
export const atLeast =
  (least: number, pattern: RegExp) =>
  (text: string): boolean =>
    countOf(text, pattern, least) >= least

/** Whether a global pattern finds at least `least` different things, case aside. */
export const different =
  (least: number, pattern: RegExp) =>
  (text: string): boolean => {
    const found = new Set<string>()
    for (const [one] of text.matchAll(pattern)) if (found.add(one.toLowerCase()).size >= least) return true
    return false
  }

/** Whether a pattern that is not global occurs. */
export const has =
  (pattern: RegExp) =>
  (text: string): boolean =>
    pattern.test(text)

const WORD = /[A-Za-z\u00c0-\u024f]+(?:['’][A-Za-z]+)?|[\u3400-\u9fff]/g

/** Words of a text; a Chinese character counts as one. */
export const wordsOf = (text: string): number => countOf(text, WORD)

import type { Kind } from './other.ts'
import { has, wordsOf } from './sample.ts'

const COMMENT = /^[ \t]*(?:\/\/|#|\*|--|;|\/\*\*?)[ \t]?([^\n]{1,400})$/gm
const LONG_STRING = /"((?:[^"\\\n]|\\.){50,2000})"|'((?:[^'\\\n]|\\.){50,2000})'/g
const SENTENCE = /[a-z,]{2,} [a-z]{2,} [a-z]{2,} [a-z]{2,}|[\u3400-\u9fff，]{12}/i

/** Whether the parts of a text that a pattern captures hold sentences, and make up half of its words. */
function mostlySentencesIn(text: string, pattern: RegExp): boolean {
  const parts = Array.from(text.matchAll(pattern), (found) => found.slice(1).find((part) => part !== undefined) ?? '')
  const prose = parts.filter((part) => SENTENCE.test(part)).join('\n')
  const words = wordsOf(prose)
  return words >= 20 && words * 2 >= wordsOf(text)
}

/** Prose that looks like code. */
export const disguises: readonly Kind[] = [
  {
    name: 'prose dressed as code',
    details: [
      {
        name: 'prose inside code comments',
        meaning: 'sentences in comments are at least half of it',
        found: (text) => mostlySentencesIn(text, COMMENT),
      },
      {
        name: 'prose inside strings or JSON values',
        meaning: 'sentences between quotation marks are at least half of it',
        found: (text) =>
          has(/[=:([,] ?["']/)(text) && !has(/["”] (?:she|he|I|said)\b/)(text) && mostlySentencesIn(text, LONG_STRING),
      },
    ],
  },
]

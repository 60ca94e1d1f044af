import { type Kind, wordsOf } from './sample.ts'

/** Comments by line, blocks of lines with `#` (a single one may be a heading), and block comments. */
const COMMENT =
  /^[ \t]{0,40}(?:\/\/+|--|;;) ?([^\n]{1,400})$|((?:^[ \t]{0,40}#(?!#) ?[^\n]{1,400}\n){1,200}^[ \t]{0,40}#(?!#) ?[^\n]{1,400})|\/\*([^/]{1,4000})\*\//gm
/** What stands before a string in code or JSON, and seldom before a quotation. */
const SET = `(?:["']\\s?:|^[ \\t]{0,40}(?:- )?[\\w.-]{1,40}:|["'\`\\d\\]}],|[=([{+?]|\\breturn)\\s{0,20}`
/** Strings and template literals of some length, and docstrings. */
const STRING = new RegExp(
  [
    '"""([^"]{40,4000})"""',
    "'''([^']{40,4000})'''",
    `"(?<=${SET}")((?:[^"\\\\\\n]|\\\\.){40,2000})"`,
    `'(?<=${SET}')((?:[^'\\\\\\n]|\\\\.){40,2000})'`,
    `\`(?<=${SET}\`)([^\`]{40,4000})\``,
  ].join('|'),
  'gm',
)
const FENCE = /^[ \t]{0,20}```\w{0,20}\n((?:(?!```)[^\n]{0,2000}\n){1,400})[ \t]{0,20}```/gm

const SENTENCE = /[a-z,]{2,} [a-z]{2,} [a-z]{2,} [a-z]{2,}|[\u3400-\u9fff，]{12}/i
const CODE =
  /[;{}]\s{0,9}$|^\s{0,40}(?:import|return|def|class|const|let|function|if|for|while)\b|[)\]]\s?=>|\w\(\w*\)|[<>=]=|&&|\$\w/m

/** Whether the parts of a text that a pattern captures hold sentences that are no code, and make up half of its words. */
function mostlySentencesIn(text: string, pattern: RegExp): boolean {
  const parts = Array.from(text.matchAll(pattern), (found) => found.slice(1).find((part) => part !== undefined) ?? '')
  const prose = parts.filter((part) => SENTENCE.test(part) && !CODE.test(part)).join('\n')
  const words = wordsOf(prose)
  return words >= 20 && words * 2 >= wordsOf(text)
}

/** Prose that looks like code. */
export const disguises: readonly Kind[] = [
  {
    name: 'prose within code',
    details: [
      {
        name: 'prose inside code comments',
        meaning: 'sentences in comments are at least half of it',
        found: (text) => mostlySentencesIn(text, COMMENT),
      },
      {
        name: 'prose inside strings or JSON values',
        meaning: 'sentences in strings are at least half of it',
        found: (text) => mostlySentencesIn(text, STRING),
      },
      {
        name: 'prose inside a code fence',
        meaning: 'sentences in a block marked as code are at least half of it',
        found: (text) => mostlySentencesIn(text, FENCE),
      },
    ],
  },
]

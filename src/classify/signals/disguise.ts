import { measure } from '../payload/natural.ts'
import type { PieceKind } from '../payload/pieces.ts'
import { split } from '../payload/split.ts'
import type { Kind } from './sample.ts'

/** Fewer letters, a CJK character counting for two and a half, are no prose yet. */
const LEAST_LETTERS = 50

/** Whether natural language inside of some wrappers is at least half of a text. */
const mostlyIn =
  (...kinds: PieceKind[]) =>
  (text: string): boolean => {
    const { lettersOf, text: read } = split(text)
    const letters = kinds.reduce((sum, kind) => sum + lettersOf[kind], 0)
    return letters >= LEAST_LETTERS && letters * 2 >= measure(read, 0, read.length).letters
  }

/** Prose that looks like code. */
export const disguises: readonly Kind[] = [
  {
    name: 'prose within code',
    details: [
      {
        name: 'prose inside code comments',
        meaning: 'sentences in comments are at least half of it',
        found: mostlyIn('comment'),
      },
      {
        name: 'prose inside strings or JSON values',
        meaning: 'sentences in strings, docstrings and values are at least half of it',
        found: mostlyIn('string', 'value'),
      },
      {
        name: 'prose inside markup',
        meaning: 'sentences between tags are at least half of it',
        found: mostlyIn('markup'),
      },
      {
        name: 'prose inside a fence, a patch or numbered lines',
        meaning:
          'sentences in a block marked as code, in added lines or in a file that was read are at least half of it',
        found: mostlyIn('line'),
      },
    ],
  },
]

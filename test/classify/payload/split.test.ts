import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { split } from '../../../src/classify/payload/split.ts'

/** The payload of a text by what wraps it, and a person's own words. */
function partsOf(text: string): { payload: string[]; own: string[] } {
  const { text: read, pieces, kinds, starts, ends, own, ownStarts, ownEnds } = split(text)
  return {
    payload: Array.from({ length: pieces }, (_, i) => `${kinds[i]}: ${read.slice(starts[i], ends[i])}`),
    own: Array.from({ length: own }, (_, i) => read.slice(ownStarts[i], ownEnds[i])),
  }
}

const wrapped: Record<string, { text: string; payload: string[]; own?: string[] }> = {
  'a letter as documentation of a type': {
    text: '/**\n * My dear Anna,\n * I still set two cups out.\n */\ninterface Anna {\n  year: string // the year you left\n}\nLeave the types alone.',
    payload: ['comment: My dear Anna,', 'comment: I still set two cups out.', 'comment: the year you left'],
    own: ['Leave the types alone.'],
  },
  'a docstring in a fence': {
    text: '```python\ndef harvest():\n    """\n    The grapes came in late.\n    """\n    pass\n```\nGo on like this, please.',
    payload: ['string: The grapes came in late.'],
    own: ['Go on like this, please.'],
  },
  'comments with hashes, the first line of them too': {
    text: '# He never learned to swim.\n# On the third night the lamp went out.\nx = 1  # the last light',
    payload: [
      'comment: He never learned to swim.',
      'comment: On the third night the lamp went out.',
      'comment: the last light',
    ],
  },
  'comments of SQL': {
    text: '-- The river took the bakery.\nalter table x drop y;',
    payload: ['comment: The river took the bakery.'],
  },
  'values of JSON, not keys, not single words': {
    text: '{"the scene": 14, "who": ["Odile", "the night porter"], "text": "She said \\"no\\" twice.\\nHe left early."}',
    payload: ['string: the night porter', 'string: She said \\"no\\" twice.', 'string: He left early.'],
  },
  'strings of code': {
    text: "const a = 'two cups of tea'\nprint(\"I found your ring\")\nf([\n  `a train that stopped`,\n  'no dinner today',\n])",
    payload: [
      'string: two cups of tea',
      'string: I found your ring',
      'string: a train that stopped',
      'string: no dinner today',
    ],
  },
  'values of YAML': {
    text: '```yaml\nname: Bram\nmanner: slow and dry\nsecret: "he wrote the notes"\n```',
    payload: ['value: slow and dry', 'string: he wrote the notes'],
  },
  markup: {
    text: '<ul>\n<li class="a b">Peas and old letters</li>\n<!-- she reads the third -->\n</ul>',
    payload: ['markup: Peas and old letters', 'comment: she reads the third'],
  },
  'a numbered read': {
    text: '     1→# The Auction\n     2→Lot forty was a piano.\n     3→const a = load(b)\n     4→"Late," she whispered to him.',
    payload: ['comment: The Auction', 'line: Lot forty was a piano.', 'line: "Late," she whispered to him.'],
  },
  'a read with bars, tabs, colons': {
    text: '1| five days are paid\n2\tnobody will ask why\n3: tell your lead first',
    payload: ['line: five days are paid', 'line: nobody will ask why', 'line: tell your lead first'],
  },
  'added lines of a patch, not those taken out': {
    text: '--- a/ch.md\n+++ b/ch.md\n@@ -1,2 +1,2 @@\n-She was never afraid of him.\n+She was afraid of the cellar.\n She counted the steps.\nMake it shorter, please.',
    payload: ['line: She was afraid of the cellar.', 'line: She counted the steps.'],
    own: ['Make it shorter, please.'],
  },
  'Chinese in comments and strings': {
    text: '// 院子里的石榴结果了\nconst a = "邮差说地址查无此人"\n后面三段注释补上',
    payload: ['comment: 院子里的石榴结果了', 'string: 邮差说地址查无此人'],
    own: ['后面三段注释补上'],
  },
  'what a write tool is given': {
    text: '{"path":"a/b.md","content":"Chapter one begins.\\nIt rained all night long."}',
    payload: ['string: Chapter one begins.', 'string: It rained all night long.'],
  },
}

const plain: Record<string, string> = {
  'dialogue in prose':
    '"He\'s late," she said. "Do you think he\'ll come, or has he left?"\nNobody answered: "perhaps" was not a word here.',
  'a heading and a list': "# Packing for the coast\n- two pairs of gloves\n- don't forget the tablets",
  'an address and a time': 'See https://example.org/a//b at 12:30, he said; then we go.',
  'inline code': 'Why does `load all of it` fail when the file is there?',
  'Chinese prose': '她说：“我不走。”他没有回答，只是看着窗外的雨。',
  'a comparison': 'If a < b and the sum is > c, what is the third number then?',
}

describe('a text is split into wrapper and payload', () => {
  test.each(Object.entries(wrapped))('%s', (_, { text, payload, own = [] }) => {
    expect(partsOf(text)).toEqual({ payload, own })
  })

  test.each(Object.entries(plain))('%s has no wrapper', (_, text) => {
    expect(partsOf(text).payload).toEqual([])
  })

  test('of a long text the beginning and the end are read', () => {
    const { payload } = partsOf(`// the very first line\n${'x = y + 1\n'.repeat(5000)}// the very last line`)
    expect(payload).toEqual(['comment: the very first line', 'comment: the very last line'])
  })

  test('keys and lines of code are counted', () => {
    expect(split('{\n  "a": "b c d",\n  "e": 1\n}\nconst x = f(y)')).toMatchObject({ keys: 2, codeLines: 5 })
  })
})

const marks = [
  '"',
  "'",
  '`',
  '"""',
  '/*',
  '*/',
  '//',
  '# ',
  '-- ',
  '<p>',
  '</p>',
  '<!--',
  '-->',
  '```',
  '\n',
  '\t',
  '12→',
]
const bits = [
  '{',
  '}',
  '(',
  '[',
  ']',
  ':',
  ',',
  '=',
  '\\',
  '\\n',
  ' ',
  '+',
  '@@ ',
  'key: ',
  'she walked home',
  '她走了',
  'x',
]
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.array(fc.constantFrom(...marks, ...bits), { maxLength: 120 }).map((parts) => parts.join('')),
)

describe('whatever the text', () => {
  test('pieces are runs of it, in order, apart from each other and from own words', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { pieces, starts, ends, own, ownStarts, ownEnds, letters, lettersOf } = split(text)
        const runs = [
          ...Array.from({ length: pieces }, (_, i) => [starts[i]!, ends[i]!] as const),
          ...Array.from({ length: own }, (_, i) => [ownStarts[i]!, ownEnds[i]!] as const),
        ].sort((a, b) => a[0] - b[0])
        runs.forEach(([from, to], i) => {
          expect(from).toBeLessThan(to)
          expect(to).toBeLessThanOrEqual(runs[i + 1]?.[0] ?? text.length)
        })
        expect(Object.values(lettersOf).reduce((sum, one) => sum + one, 0)).toBe(letters.payload)
      }),
      { numRuns: 500 },
    )
  })

  test('it is split the same way each time', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, other) => {
        const first = partsOf(text)
        split(other)
        expect(partsOf(text)).toEqual(first)
      }),
    )
  })

  test.each(['"', '`', '/*', '<!--', '"""', '="\\', "['a", '<a ', '12:', '# a\n', '(', '\\n', "''' ", ': "'])(
    'a flood of %j takes no longer than its length',
    (flood) => {
      const text = flood.repeat(Math.ceil(65_536 / flood.length))
      const begin = performance.now()
      for (let i = 0; i < 20; i++) split(text)
      expect(performance.now() - begin).toBeLessThan(500)
    },
  )
})

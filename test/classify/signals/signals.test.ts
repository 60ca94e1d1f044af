import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { initialSessions, label } from '../../../src/classify/label.ts'
import { judgeWith } from '../../../src/classify/requests/judge.ts'
import type { Request } from '../../../src/classify/requests/request.ts'
import { type Score, score } from '../../../src/classify/score.ts'
import { coding } from '../../../src/classify/signals/coding.ts'
import { kinds } from '../../../src/classify/signals/other.ts'
import { forms } from '../../../src/classify/signals/reading.ts'
import { LEAST, type Signal, signalsOf } from '../../../src/classify/signals/signals.ts'
import { categoryWords, contextNames, sessionWords } from '../../../src/classify/signals/words.ts'
import { packaged } from '../../../src/config.ts'
import { shipped } from '../shipped.ts'

const agent = { client: 'claude-cli/2.0.14 (external, cli)', tools: ['Bash', 'Read', 'Edit', 'Write', 'Grep'] }
const crash =
  "TypeError: Cannot read properties of undefined (reading 'map')\n    at renderRows (src/table/Rows.tsx:41:23)\nwhy only after the second filter is cleared?"
const chapter =
  '"You came back," she said, and he looked at the sea. She had waited for three winters, and the lamp was still burning. He took her hand and told her of the ships that went down. Write the next chapter of my novel.'
const dressed =
  '// She walked down to the harbour while the evening came slowly over the water, and nobody had told her that he was there.\n// He held the letters in his hand, and when she saw them she turned away and wept for a long time, as the bells rang.\n// Continue the story in the comments, more longing please.\nfunction chapterTwo() {}'

/** The signals of turns of one session. */
function signals(...turns: (string | Request)[]): Signal[][] {
  const judge = judgeWith(shipped)
  return turns.map((turn) => judge(typeof turn === 'string' ? { text: turn, sessionId: 's' } : turn).why())
}

describe('signals', () => {
  it('name what a person would see', () => {
    expect(signals({ text: crash })[0]![0]).toMatchObject({
      name: expect.stringMatching(/^reads as coding: stack trace, .*file paths/),
    })
    expect(signals({ text: chapter })[0]![0]!.name).toBe(
      'reads as fiction: asks for a story, dialogue, past tense, third person',
    )
    expect(signals({ text: dressed })[0]![0]!.name).toMatch(/prose inside code comments/)
    expect(
      signals({ text: '请继续写我的古风小说第八章，女主在雨夜离开王府，她心里万般不舍，她看着他' })[0]![0]!.name,
    ).toBe('reads as fiction: asks for a story, third person')
  })

  it('say which part decided, and for which side', () => {
    const [first, second] = signals(
      { text: chapter, sessionId: 's', ...agent },
      { text: 'continue', sessionId: 's', ...agent },
    )
    expect(first!.map(({ name }) => name)).toContain('client counts for coding')
    expect(first!.find(({ name }) => name === 'client counts for coding')!.weight).toBeLessThan(0)
    expect(second![0]).toEqual({ name: sessionWords.other, weight: expect.any(Number) })
    expect(second!.map(({ name }) => name)).toContain('too little text to judge')
    expect(signals(crash, crash, 'go on')[2]![0]!.name).toBe(sessionWords.coding)
    expect(signals(crash, chapter, crash, chapter, 'go on')[4]!.map(({ name }) => name)).toContain(sessionWords.mixed)
  })

  it('show what speaks against a judgement as such', () => {
    const fenced = signals({ text: `\`\`\`\n${chapter}\n\`\`\`` })[0]![0]!
    expect(fenced.weight).toBeGreaterThan(0)
    expect(fenced.name).toMatch(/^reads as fiction: .*; against that: coding: code fence$/)
  })

  it('of a score from the edge name its category and its session, and no word of a stranger', () => {
    const edge = (category: string): Score => ({ nonCoding: 0.95, evidence: 1, category, classifier: 'x' })
    const names = (one: Score) => {
      const { classification } = label(one, 's', 0, initialSessions, shipped)
      return signalsOf(one, classification.basis, shipped).map(({ name }) => name)
    }
    expect(names(edge('creative_writing'))[0]).toBe('scored at the edge as creative writing')
    for (const strange of ['my secret', 'debugging', '__proto__', ''])
      expect(names(edge(strange))[0]).toBe('scored at the edge')
  })
})

const detectors = [...coding, ...kinds.flatMap(({ details }) => details), ...forms].map(({ name }) => name)
const categories = shipped.category.names.map((category, at) => {
  const one = { nonCoding: 0.5, evidence: 1, classifier: 'x', category }
  return categoryWords(one, at >= shipped.category.coding, shipped) ?? 'other'
})
const fixed = [
  'reads as coding',
  'against that',
  'wording of',
  'wording usual in coding',
  'wording usual outside coding',
].concat([
  ...['too little text to judge', 'scored at the edge as'],
  ...[...contextNames, ...Object.values(sessionWords), ...kinds.map(({ name }) => name)],
])
const words = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
const vocabulary = new Set([...fixed, ...detectors, ...categories].flatMap(words))

const fragments = [
  crash,
  chapter,
  dressed,
  'continue',
  '```',
  'my homework',
  'src/a.ts',
  '他说“好”',
  'xylophone',
  'Marlowe',
  'zugzwang',
]
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.array(fc.constantFrom(...fragments), { maxLength: 8 }).map((parts) => parts.join('\n')),
  fc
    .array(fc.string({ unit: fc.constantFrom(...'abcdefgh {}"*/.:;\n'), maxLength: 12 }), { maxLength: 40 })
    .map((parts) => parts.join(' ')),
)
const anyTurn: fc.Arbitrary<Request> = fc.record(
  {
    text: anyText,
    role: fc.constantFrom('user' as const, 'tool' as const),
    system: anyText,
    tools: fc.array(fc.constantFrom('Bash', 'Read', 'generate_image', 'xylophone'), { maxLength: 4 }),
    client: fc.constantFrom('claude-cli/2.0.14', 'xylophone/1', 'ChatBox/1.2'),
    sessionId: fc.constantFrom('a', 'b'),
  },
  { requiredKeys: ['text'] },
)

/** The side that a name speaks for, undefined where it speaks for neither. */
function sideOf(name: string): 'coding' | 'other' | undefined {
  if (/^reads as coding: |counts? for coding\b/.test(name) || name === sessionWords.coding) return 'coding'
  if (/^reads as |counts? against coding\b/.test(name) || name === sessionWords.other) return 'other'
  const category = /^(?:wording of|scored at the edge as) ([^;]+)/.exec(name)?.[1]
  return category === undefined
    ? undefined
    : categories.indexOf(category) < shipped.category.coding
      ? 'coding'
      : 'other'
}

describe('whatever is asked, signals', () => {
  const turns = fc.array(anyTurn, { minLength: 1, maxLength: 6 })
  const all = (some: Request[]) => signals(...some)

  it('are of a closed vocabulary and hold no word of the request', () => {
    fc.assert(
      fc.property(turns, (some) => {
        for (const { name } of all(some).flat()) expect(words(name).filter((word) => !vocabulary.has(word))).toEqual([])
      }),
    )
    for (const strange of ['xylophone', 'marlowe', 'zugzwang']) expect(vocabulary.has(strange)).toBe(false)
  })

  it('speak for the side that their weight has', () => {
    fc.assert(
      fc.property(turns, (some) => {
        for (const { name, weight } of all(some).flat()) {
          if (weight > 0) expect([name, sideOf(name)]).not.toEqual([name, 'coding'])
          if (weight < 0) expect([name, sideOf(name)]).not.toEqual([name, 'other'])
        }
      }),
    )
  })

  it('have finite weights, the greatest first, that add up to the judgement but for what is not worth a word', () => {
    const judge = judgeWith(shipped)
    fc.assert(
      fc.property(anyTurn, (turn) => {
        const { nonCoding, why } = judge(turn)
        const weights = why().map(({ weight }) => weight)
        expect(weights.every(Number.isFinite)).toBe(true)
        expect(weights.map(Math.abs)).toEqual(weights.map(Math.abs).sort((a, b) => b - a))
        const sum = weights.reduce((total, one) => total + one, 0)
        expect(Math.abs(sum - Math.log(nonCoding / (1 - nonCoding)))).toBeLessThan(4 * LEAST + 0.01)
      }),
    )
  })

  it('are the same when they are asked for again, and are not looked for before', () => {
    fc.assert(
      fc.property(turns, (some) => {
        expect(all(some)).toEqual(all(some))
      }),
    )
    expect(Object.keys(score({ text: chapter }, shipped))).not.toContain('signals')
  })
})

it('the page of signals lists every detector, part of the context and word of the session', () => {
  const page = readFileSync(packaged('docs/signals.md'), 'utf8')
  for (const name of detectors) expect(page).toContain(`| ${name} |`)
  for (const name of [...contextNames, ...Object.values(sessionWords)]) expect(page).toContain(`\`${name}\``)
})

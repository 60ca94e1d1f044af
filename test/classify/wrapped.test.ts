import { describe, expect, test } from 'vitest'
import { countBlocks } from '../../src/classify/blocks.ts'
import { fold } from '../../src/classify/fold.ts'
import { score, textLogit } from '../../src/classify/score.ts'
import { wrappedFeatures, wrappedIn, wrappedValues } from '../../src/classify/wrapped.ts'
import { shipped } from './shipped.ts'

const silent = { ...shipped, wrapped: { depth: 3, features: [], bounds: [], answers: [] } }
const read = (counted: ReturnType<typeof countBlocks>) => textLogit(counted, shipped)

describe('a text that wraps another', () => {
  const letter =
    '/**\n * My dear Anna, the plum tree has outlived the fence.\n * I still set two cups out in the morning.\n */\ninterface Anna {}\nOnly fill in the comments.'

  test('is taken apart, and its parts are read by themselves', () => {
    const alone = (text: string) => read(countBlocks(fold(text), false))
    const wrapped = wrappedIn(letter, read)!
    expect(wrapped).toMatchObject({ pieces: 2, keys: 0 })
    expect(wrapped.payload.logit).toBe(
      alone('My dear Anna, the plum tree has outlived the fence.\nI still set two cups out in the morning.'),
    )
    expect(wrapped.own).toEqual({ logit: alone('Only fill in the comments.'), size: 26 })
  })

  test('is described by as many numbers as there are features, none of which depends on what was read before', () => {
    const of = () => [...wrappedValues(wrappedIn(letter, read)!, -1, 150, true)]
    const first = of()
    wrappedIn('const a = "another text, of other words"', read)
    expect(of()).toEqual(first)
    expect(first).toHaveLength(wrappedFeatures.length)
    expect(first.every(Number.isFinite)).toBe(true)
  })
})

test.each([
  'Write the next chapter of my novel, please.',
  'why does the second test hang when I run them all?',
  '“我不走。”她说。他没有回答，只是看着窗外的雨。',
  'const a = load(b)\nreturn a.c',
])('%j has no wrapper, and scores what the text alone scores', (text) => {
  expect(wrappedIn(text, read)).toBeUndefined()
  expect(score({ text }, shipped)).toEqual(score({ text }, silent))
})

test('the system prompt and the tools of a coding agent do not make a story in comments coding', () => {
  const text =
    '// She had never learned to swim and thought it bad manners to ask a sailor.\n// On the third night the lamp in the galley went out by itself, and nobody lit it again.\nWrite what happens next, as comments only, around 700 words, slow and sad.'
  const context = {
    system: 'You are a coding agent.',
    tools: ['Bash', 'Read', 'Edit', 'Write'],
    client: 'claude-cli/2.0',
  }
  const bare = score({ text }, shipped).nonCoding
  expect(bare).toBeGreaterThan(shipped.thresholds.alone.nonCoding)
  expect(score({ text, ...context }, shipped).nonCoding).toBeGreaterThanOrEqual(shipped.thresholds.alone.nonCoding)
})

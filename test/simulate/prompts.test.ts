import { expect, test } from 'vitest'
import { tasksEn, terseEn } from '../../src/simulate/prompts/codingEn.ts'
import { tasksZh, terseZh, toolResultsZh } from '../../src/simulate/prompts/codingZh.ts'
import { asidesEn, conversationsEn } from '../../src/simulate/prompts/misuseEn.ts'
import { asidesZh, conversationsZh } from '../../src/simulate/prompts/misuseZh.ts'
import { toolResults } from '../../src/simulate/prompts/toolResults.ts'

const lists = {
  'coding in English': { least: 120, texts: [...tasksEn, ...terseEn, ...toolResults] },
  'coding in Chinese': { least: 60, texts: [...tasksZh, ...terseZh, ...toolResultsZh] },
  'anything else in English': { least: 100, texts: [...conversationsEn.flat(), ...asidesEn] },
  'anything else in Chinese': { least: 60, texts: [...conversationsZh.flat(), ...asidesZh] },
}

for (const [name, { least, texts }] of Object.entries(lists))
  test(`there are at least ${least} prompts about ${name}, no two alike`, () => {
    const folded = texts.map((text) => text.toLowerCase().replace(/\s+/g, ' ').trim())
    expect(new Set(folded).size).toBe(texts.length)
    expect(texts.length).toBeGreaterThanOrEqual(least)
    expect(texts.every((text) => text.trim() !== '')).toBe(true)
  })

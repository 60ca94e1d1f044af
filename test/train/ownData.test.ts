import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { packaged } from '../../src/config.ts'

const row = {
  id: z.string().min(1),
  text: z.string().min(1).max(65_536),
  label: z.enum(['coding', 'non_coding']),
  category: z.string().min(1),
  lang: z.string().min(2),
  kind: z.string().min(1),
  source: z.string().startsWith('own:'),
  licence: z.literal('CC0-1.0'),
  role: z.enum(['user', 'tool']).optional(),
  system: z.string().optional(),
  tools: z.array(z.string()).optional(),
  client: z.string().optional(),
}
const prompt = z.strictObject({ ...row, pair: z.string().optional() })
const turn = z.strictObject({
  ...row,
  session: z.string().min(1),
  turn: z.int().min(1),
  role: z.enum(['user', 'tool']),
  kind: z.enum(['session_genuine', 'session_misuse']),
  needs_context: z.literal(true).optional(),
})

const linesOf = (name: string): unknown[] =>
  readFileSync(packaged(`src/train/data/${name}`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
const prompts = ['rows-en', 'rows-zh', 'rows-other', 'wrapped-en', 'wrapped-zh']
  .map((name) => `${name}.jsonl`)
  .flatMap((name) => linesOf(name).map((one) => prompt.parse(one)))
const turns = ['sessions-en', 'sessions-zh', 'sessions-other']
  .map((name) => `${name}.jsonl`)
  .flatMap((name) => linesOf(name).map((one) => turn.parse(one)))

describe('the rows of our own', () => {
  test('have ids and texts of their own', () => {
    const all = [...prompts, ...turns]
    for (const key of ['id', 'text'] as const) expect(new Set(all.map((one) => one[key])).size).toBe(all.length)
  })

  test('hold whole sessions, turn after turn, as many genuine as not', () => {
    const sessions = [...Map.groupBy(turns, (one) => one.session).values()]
    for (const own of sessions) {
      expect(own.map((one) => one.turn)).toEqual(own.map((_, index) => index + 1))
      expect(new Set(own.map(({ kind, category }) => `${kind} ${category}`)).size).toBe(1)
    }
    const genuine = sessions.filter(([first]) => first!.kind === 'session_genuine').length
    expect(Math.abs(2 * genuine - sessions.length)).toBeLessThanOrEqual(1)
  })

  test('have twins that differ in their label', () => {
    const pairs = [...Map.groupBy(prompts, (one) => one.pair).entries()].filter(([pair]) => pair !== undefined)
    expect(pairs.length).toBeGreaterThanOrEqual(74)
    for (const [pair, own] of pairs)
      expect([pair, own.map(({ label }) => label).sort()]).toEqual([pair, ['coding', 'non_coding']])
  })
})

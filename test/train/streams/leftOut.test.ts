import { expect, it } from 'vitest'
import type { GatewayEvent } from '../../../src/decode/event.ts'
import { personas } from '../../../src/simulate/personas.ts'
import type { Row } from '../../../src/train/data.ts'
import { leftOutFold } from '../../../src/train/streams/leftOutFold.ts'
import { leftOut } from '../../../src/train/streams/leftOutPrompts.ts'
import { population } from '../../../src/train/streams/population.ts'
import { judgedRow } from '../eval/judgedRows.ts'

const row = (text: string, change: Partial<Row> = {}) => judgedRow({ label: 'coding', text, ...change }).row

it('an event goes with the fold of its row; what is no row goes with its session', () => {
  const rows = [row('fix the parser'), row('a sonnet', { target: 1 }), row('both'), row('both')]
  const foldOf = leftOutFold(rows, Uint8Array.of(3, 1, 3, 1))
  const event = (text: string, sessionId: string) => ({ accountId: 'a', sessionId, input: { text } }) as GatewayEvent
  expect(foldOf(event('fix the parser', 's1'))).toBe(3)
  expect(foldOf(event('a sonnet', 's2'))).toBe(1)
  expect(foldOf(event('continue', 's1'))).toBe(3)
  expect(foldOf(event('both', 's2'))).toBe(1)
  expect(foldOf(event('both', 's1'))).toBe(3)
  expect(foldOf(event('continue', 's3'))).toBe(3)
})

/** A little of everything, of which a fold can be told by its texts. */
function fold(name: string): Row[] {
  const session = (id: string, genuine: boolean, targets: readonly (0 | 1)[]) =>
    targets.map((target, turn) =>
      row(`${name} ${id} ${turn}`, {
        from: 'session',
        session: id,
        group: id,
        genuine,
        target,
        role: turn % 2 ? 'tool' : 'user',
      }),
    )
  return [
    ...['en', 'zh', 'fr'].flatMap((lang) => [
      row(`${name} task ${lang}`, { lang }),
      row(`${name} tale ${lang}`, { lang, target: 1 }),
    ]),
    row(`${name} of a repository`, { from: 'train', group: 'r' }),
    ...session('honest', true, [0, 0, 0]),
    ...session('novel', false, [1, 1, 1]),
    ...session('covered', false, [1, 0, 1]),
  ]
}

it('sorts whole sessions into work, misuse, and misuse with work in between', () => {
  const { work, page, mixed } = leftOut(fold('f'))
  const first = (sessions: typeof work) => sessions.map(([opening]) => opening!.text)
  expect([first(work), first(page), first(mixed)]).toEqual([['f honest 0'], ['f novel 0'], ['f covered 0']])
  expect(work[0]!.map(({ role }) => role)).toEqual(['user', 'tool', 'user'])
})

it('every account takes its words from one fold', () => {
  const holders = population(3, 60, [leftOut(fold('left')), leftOut(fold('right'))])
  expect(new Set(holders.map(({ name }) => name)).size).toBeGreaterThan(8)
  for (const { name, fold: home, prompts, persona } of holders) {
    const { task, tool, aside, page, work, mixed } = prompts!
    const said = [...task, ...tool, ...aside, ...[...page, ...work, ...mixed].flat().map(({ text }) => text)]
    const word = home === 0 ? 'left' : 'right'
    expect(said.every((text) => text.startsWith(word))).toBe(true)
    expect(persona).toBe(personas[name])
  }
})

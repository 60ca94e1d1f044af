import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const things = ['parser', 'queue', 'cache', 'login form', 'report page', 'import job', 'search index', 'test runner']
const work = [
  'fix the failing test of the',
  'add an index to the table behind the',
  'refactor the functions of the',
  'why does the compiler reject the',
]
const people = ['sailor', 'widow', 'young king', 'gardener', 'tired nurse', 'old thief', 'lonely dragon', 'stepmother']
const tales = [
  'write a sad poem about the',
  'tell a bedtime story about the',
  'compose a love letter to the',
  'describe the childhood of the',
]
const pick = (list: readonly string[], n: number) => list[n % list.length]!

/** A prompt of this test's own toy world: work on things is coding, tales about people are not. */
export const prompt = (coding: boolean, n: number) =>
  coding
    ? `${pick(work, n)} ${pick(things, n >> 2)} and explain what you changed in module ${n}`
    : `${pick(tales, n)} ${pick(people, n >> 2)} with gentle words and an ending in year ${n}`

const rowOf = (coding: boolean, n: number) => ({
  ...{ id: `${coding}${n}`, text: prompt(coding, n), label: coding ? 'coding' : 'non_coding', lang: 'en' },
  category: coding ? 'debugging' : 'creative_writing',
})

function lines(rows: readonly object[]): Buffer {
  return gzipSync(rows.map((row) => JSON.stringify(row)).join('\n'))
}

/** Writes the three files of the data folder: single prompts of sixteen sources, pairs, and sessions, of which some are mixed. */
export function writeToyData(folder: string): void {
  mkdirSync(join(folder, 'data/written'), { recursive: true })
  const numbers = Array.from({ length: 160 }, (_, n) => n)
  const singles = numbers.map((n) => ({ ...rowOf(n % 2 === 0, n), source: `toy/repo-${n % 16}@1:file` }))
  const written = numbers.map((n) => ({
    ...rowOf(n % 2 === 0, 500 + n),
    client: n % 2 === 0 ? 'editor/1' : 'chat/1',
    tools: [],
  }))
  const sessions = numbers.slice(0, 40).flatMap((s) =>
    [0, 1, 2, 3, 4, 5].map((turn) => {
      const coding = s % 2 === 0
      const isMixed = s % 4 === 3
      const short = turn === 3 ? { text: 'go on', needs_context: true } : {}
      const place = { session: `s${s}`, turn, role: turn % 2 ? 'tool' : 'user', client: coding ? 'editor/2' : 'chat/2' }
      return {
        ...rowOf(coding || (isMixed && turn === 5), 1000 + 10 * s + turn),
        ...short,
        ...place,
        kind: coding ? 'session_genuine' : 'session_misuse',
      }
    }),
  )
  writeFileSync(join(folder, 'data/train.jsonl.gz'), lines(singles))
  writeFileSync(join(folder, 'data/written/written.jsonl.gz'), lines(written))
  writeFileSync(join(folder, 'data/written/sessions.jsonl.gz'), lines(sessions))
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { initialSessions, label } from '../../src/classify/label.ts'
import { type Model, readModel } from '../../src/classify/model.ts'
import { score } from '../../src/classify/score.ts'
import { type CrossFitted, crossFit } from '../../src/train/crossfit.ts'
import { loadRows, type Row } from '../../src/train/data.ts'
import { evaluate, type Report } from '../../src/train/eval/evaluate.ts'
import { judge } from '../../src/train/eval/judge.ts'
import { printable } from '../../src/train/eval/report.ts'
import { foldsOf } from '../../src/train/folds.ts'
import { leftOutModels, train } from '../../src/train/train.ts'

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
const prompt = (coding: boolean, n: number) =>
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

function writeData(folder: string): void {
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
      const short = turn === 3 ? { text: 'go on', needs_context: true } : {}
      const place = { session: `s${s}`, turn, role: turn % 2 ? 'tool' : 'user', client: coding ? 'editor/2' : 'chat/2' }
      return {
        ...rowOf(coding, 1000 + 10 * s + turn),
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

describe('training on a toy world', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanekeeper-train-'))
  let rows: Row[]
  let crossFitted: CrossFitted
  let bytes: Uint8Array
  let model: Model
  let report: Report

  beforeAll(() => {
    writeData(folder)
    rows = loadRows(folder)
    crossFitted = crossFit(rows, () => {})
    bytes = train(rows, crossFitted)
    model = readModel(bytes)
    const models = leftOutModels(rows, crossFitted).map(readModel)
    report = evaluate(judge(rows, (i) => models[crossFitted.folds[i]!]!))
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  it('gives the same bytes twice', () => {
    const again = crossFit(rows, () => {})
    expect([again.float, again.eight]).toEqual([crossFitted.float, crossFitted.eight])
    expect(Buffer.compare(train(rows, again), bytes)).toBe(0)
  })

  it('learns what coding is in that world, for prompts it has not seen', () => {
    for (let n = 3000; n < 3020; n++) {
      expect(score({ text: prompt(true, n) }, model).nonCoding).toBeLessThan(0.5)
      expect(score({ text: prompt(false, n) }, model).nonCoding).toBeGreaterThan(0.5)
    }
    expect(score({ text: prompt(false, 3000) }, model).category).toBe('creative_writing')
    expect(score({ text: prompt(true, 3000) }, model).category).toBe('debugging')
  })

  it('learns that a short turn is what its session is', () => {
    const opinion = (coding: boolean) => {
      const first = label(score({ text: prompt(coding, 9) }, model), 's', 0, initialSessions, model).sessions
      const second = label(score({ text: prompt(coding, 8) }, model), 's', 1, first, model).sessions
      return label(score({ text: 'go on', role: 'tool' }, model), 's', 2, second, model).classification.nonCoding
    }
    expect(opinion(false)).toBeGreaterThan(opinion(true) + 0.3)
  })

  it('learns from the client, but little', () => {
    const with_ = (client: string) => score({ text: 'go on', client }, model).nonCoding
    expect(with_('chat/3')).toBeGreaterThan(with_('editor/3'))
  })

  it('judges what it left out, whole groups at a time', () => {
    const folds = foldsOf(rows)
    const homes = new Map<string, number>()
    rows.forEach(({ from, group }, i) => {
      expect(homes.get(`${from} ${group}`) ?? folds[i]).toBe(folds[i])
      homes.set(`${from} ${group}`, folds[i]!)
    })
    const sources = report.slices.find(({ name }) => name === 'sources')!
    expect([sources.rows, sources.auc]).toEqual([160, 1])
    expect(report.sessions['session turns']).toMatchObject({
      auc: { all: 1 },
      kinds: [
        { name: 'session turns, genuine', sessions: 20, atHalf: 0 },
        { name: 'session turns, misuse', sessions: 20 },
      ],
    })
    expect(printable(report)).toMatch(/\| sources \| 160 \| 1\.000 \|/)
  })
})

it('says what to do when there is no data', () => {
  expect(() => loadRows('/nowhere')).toThrow(/set LANEKEEPER_SHARED/)
})

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { initialSessions, label } from '../../src/classify/label.ts'
import { type Model, readModel } from '../../src/classify/model.ts'
import { score } from '../../src/classify/score.ts'
import { packaged } from '../../src/config.ts'
import { type CrossFitted, crossFit } from '../../src/train/crossfit.ts'
import { CANARY_KIND, loadRows, OWN, type Row } from '../../src/train/data.ts'
import { evaluate, type Report } from '../../src/train/eval/evaluate.ts'
import { judge } from '../../src/train/eval/judge.ts'
import { printable } from '../../src/train/eval/report.ts'
import { foldCount, foldPerSource, foldsOf } from '../../src/train/folds.ts'
import { leftOutModels, train } from '../../src/train/train.ts'
import { judgedRow } from './eval/judgedRows.ts'
import { prompt, writeToyData } from './toyWorld.ts'

describe('training on a toy world', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanekeeper-train-'))
  let rows: Row[]
  let crossFitted: CrossFitted
  let bytes: Uint8Array
  let model: Model
  let report: Report

  beforeAll(() => {
    writeToyData(folder)
    rows = loadRows(folder)
    crossFitted = crossFit(rows, () => {})
    bytes = train(rows, crossFitted)
    model = readModel(bytes)
    const models = leftOutModels(rows, crossFitted).map(readModel)
    report = evaluate(judge(rows, (i) => models[crossFitted.folds[i]!]!))
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  it('learns from every request of the canary too, as coding, its sessions whole', () => {
    const canary = loadRows(folder, OWN).filter(({ kind }) => kind === CANARY_KIND)
    const requests = readdirSync(packaged('rules/canary')).flatMap((name) =>
      readFileSync(packaged(`rules/canary/${name}`), 'utf8')
        .trimEnd()
        .split('\n'),
    )
    expect(canary.map(({ text }) => text).sort()).toEqual(requests.map((line) => JSON.parse(line).text).sort())
    expect(canary.every(({ target, genuine, own }) => target === 0 && genuine && own)).toBe(true)
    for (const { session, group, from } of canary)
      expect(session === undefined ? from === 'written' : from === 'session' && group === session).toBe(true)
    expect(rows.some(({ kind }) => kind === CANARY_KIND)).toBe(false)
  })

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
        { name: 'session turns, misuse', sessions: 10 },
        { name: 'session turns, mixed', sessions: 10 },
      ],
    })
    expect(printable(report)).toMatch(/\| sources \| 160 \| 1\.000 \|/)
  })
})

it('a source can be a fold of its own, with pairs and sessions dealt out among them', () => {
  const rows = ['b', 'a', 'b', 'c'].map((group) => judgedRow({ label: 'coding', from: 'train', group }).row)
  const pairs = ['p', 'q', 'p', 'r', 's'].map((group) => judgedRow({ label: 'coding', group }).row)
  const folds = foldPerSource([...rows, ...pairs])
  expect([...folds]).toEqual([1, 0, 1, 2, 0, 1, 0, 2, 0])
  expect(foldCount(folds)).toBe(3)
})

it('says what to do when there is no data', () => {
  expect(() => loadRows('/nowhere')).toThrow(/set LANEKEEPER_SHARED/)
})

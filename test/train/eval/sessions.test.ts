import { expect, it } from 'vitest'
import type { Label } from '../../../src/classify/label.ts'
import { sessionReport } from '../../../src/train/eval/sessions.ts'
import { judgedRow } from './judgedRows.ts'

const short: Record<string, Label> = { c: 'coding', n: 'non_coding', u: 'unsure' }

/** A session whose turns are told as truth and verdict, like `cn` for a coding turn that was judged non-coding. */
const session = (group: string, genuine: boolean, turns: string) =>
  turns.split(' ').map(([truth, label]) => {
    const target = truth === 'n' ? 1 : 0
    return judgedRow({ from: 'session', group, session: group, genuine, target, label: short[label!]! })
  })

const judged = [
  ...session('clean', true, 'cc cc cc cc cc'),
  ...session('suspected', true, 'cc cn cn cc'),
  ...session('novel', false, 'nn nn nu nn'),
  ...session('covered', false, 'nn nn cc cn nu'),
]

it('genuine, misuse and mixed sessions are told apart, each session counting the same', () => {
  const { kinds } = sessionReport('set', judged)
  expect(kinds.map(({ name, sessions, mean }) => [name, sessions, mean])).toEqual([
    ['set, genuine', 2, 0.25],
    ['set, misuse', 1, 0.75],
    ['set, mixed', 1, 0.6],
  ])
})

it('the worst sessions are counted, and what became of each label within them', () => {
  const [genuine, , mixed] = sessionReport('set', judged).kinds
  expect(genuine).toMatchObject({ least: 0, most: 0.5, atFifth: 1, atHalf: 1, falseAlarms: 0.25, recall: Number.NaN })
  expect(mixed).toMatchObject({ falseAlarms: 0.5 })
  expect(mixed!.recall).toBeCloseTo(2 / 3)
})

it('AUC of whole sessions goes by their mean probability', () => {
  expect(sessionReport('set', judged).auc).toEqual({ all: 1, mixed: 1 })
  expect(sessionReport('set', judged.slice(0, 9)).auc.all).toBeNaN()
})

it('what a session is goes by what was said of it, where anything was', () => {
  const [turn] = session('essay', false, 'cc nn nn')
  const kinds = (kind: string) => sessionReport('set', [{ ...turn!, row: { ...turn!.row, kind } }]).kinds[0]!.name
  expect([kinds('misuse'), kinds('mixed'), kinds('session_misuse')]).toEqual([
    'set, misuse',
    'set, mixed',
    'set, mixed',
  ])
})

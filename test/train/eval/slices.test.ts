import { expect, it } from 'vitest'
import { slice } from '../../../src/train/eval/slice.ts'
import { slicesOf } from '../../../src/train/eval/slices.ts'
import { judgedRow } from './judgedRows.ts'

it('shares are those of coding, of non-coding, and of all', () => {
  const judged = [
    judgedRow({ target: 0, label: 'coding' }),
    judgedRow({ target: 0, label: 'non_coding' }),
    judgedRow({ target: 1, label: 'non_coding' }),
    judgedRow({ target: 1, label: 'unsure' }),
  ]
  expect(slice('all', judged)).toMatchObject({ rows: 4, falseAlarms: 0.5, recall: 0.5, unsure: 0.25 })
})

it('a large source weighs no more than a small one', () => {
  const source = (group: string, size: number, label: 'coding' | 'non_coding') =>
    Array.from({ length: size }, () => judgedRow({ from: 'train', group, target: 0, label }))
  const judged = [...source('templated', 900, 'coding'), ...source('honest', 90, 'non_coding')]
  expect(slice('sources', judged).falseAlarms).toBeCloseTo(0.5)
})

it('a source of very few rows counts as its rows do', () => {
  const judged = [
    ...Array.from({ length: 30 }, () => judgedRow({ from: 'train', group: 'big', label: 'coding' })),
    judgedRow({ from: 'train', group: 'tiny', label: 'non_coding' }),
  ]
  expect(slice('sources', judged).falseAlarms).toBeCloseTo(1 / 31)
})

it('rows are told apart by language and role, turns by their place and by how long ago the subject changed', () => {
  const turn = (place: { turn: number; sinceChange: number }, lang = 'en') =>
    judgedRow({ from: 'session', label: 'coding', lang, role: place.turn % 2 ? 'user' : 'tool' }, place)
  const judged = [
    turn({ turn: 1, sinceChange: 0 }),
    turn({ turn: 4, sinceChange: 1 }),
    turn({ turn: 5, sinceChange: 2 }, 'zh'),
    turn({ turn: 12, sinceChange: 9 }, 'fr'),
  ]
  const rows = Object.fromEntries(slicesOf('turns', judged).map((one) => [one.name, one.rows]))
  expect(rows).toEqual({
    ...{ turns: 4, 'turns, by text alone': 4, 'turns, en': 2, 'turns, zh': 1, 'turns, other': 1 },
    ...{
      'turns, user': 2,
      'turns, tool results': 2,
      'turns, 1 to 3': 1,
      'turns, 4 to 10': 2,
      'turns, 11 and later': 1,
    },
    ...{ 'turns, first after a change of subject': 1, 'turns, second and third after a change': 1 },
  })
})

import { expect, it } from 'vitest'
import { categoryOf, groupsOf, sourceOf } from '../../../src/train/eval/groups.ts'
import { judgedRow } from './judgedRows.ts'

it('each group is reported by label, coding first, the worst first', () => {
  const judged = [
    judgedRow({ from: 'train', group: 'a', target: 0, label: 'coding' }),
    judgedRow({ from: 'train', group: 'b', target: 0, label: 'non_coding' }),
    judgedRow({ from: 'train', group: 'b', target: 1, label: 'non_coding' }),
    judgedRow({ from: 'train', group: 'a', target: 1, label: 'unsure' }),
  ]
  expect(
    groupsOf('source', judged, sourceOf).map(({ name, truth, judged: { nonCoding } }) => [name, truth, nonCoding]),
  ).toEqual([
    ['source: b', 'coding', 1],
    ['source: a', 'coding', 0],
    ['source: a', 'non_coding', 0],
    ['source: b', 'non_coding', 1],
  ])
})

it('what was written for a purpose goes by that, anything else by its category', () => {
  expect(categoryOf(judgedRow({ from: 'written', kind: 'story', category: 'algorithm', label: 'coding' }))).toBe(
    'story',
  )
  expect(categoryOf(judgedRow({ from: 'train', kind: '', category: 'algorithm', label: 'coding' }))).toBe('algorithm')
})

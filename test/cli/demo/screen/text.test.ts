import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import {
  bar,
  cell,
  cellRight,
  columnsOf,
  duration,
  longTime,
  shortTime,
  wrap,
} from '../../../../src/cli/demo/screen/text.ts'

const texts = ['', 'dana', '陈工-支付', 'a chat about 小说 and more', '🙂🙂🙂']

describe('a cell has exactly its columns', () => {
  test.each(texts)('%j', (text) => {
    for (let columns = 1; columns <= 30; columns++) {
      expect(stringWidth(cell(text, columns))).toBe(columns)
      expect(stringWidth(cellRight(text, columns))).toBe(columns)
    }
  })
})

test('a text that is cut says so', () => {
  expect(cell('陈工-支付', 6)).toBe('陈工-…')
  expect(cell('陈工-支付', 9)).toBe('陈工-支付')
})

test('a text is broken between words and indented, and none is wider than it may be', () => {
  expect(wrap('Mon 09:35  dana suspended: 20 of 25', 20, 4)).toEqual([
    'Mon 09:35  dana',
    '    suspended: 20 of',
    '    25',
  ])
  expect(wrap('  one two', 9, 4)).toEqual(['  one two'])
  for (const line of wrap('an 非常非常非常非常长的词语在这里 here', 12, 4))
    expect(stringWidth(line)).toBeLessThanOrEqual(12)
})

test('times and durations', () => {
  const at = Date.UTC(2026, 10, 9, 5, 7)
  expect([shortTime(at), longTime(at)]).toEqual(['Mon 05:07', 'Mon 09 Nov 2026 05:07 UTC'])
  expect([0, 61_000, 3_600_000, 86_340_000].map(duration)).toEqual(['0 min', '2 min', '1 h 0 min', '23 h 59 min'])
})

test('bars are as long as their shares, and nothing but nothing is invisible', () => {
  expect([bar(0, 10), bar(0.0001, 10), bar(0.5, 10), bar(0.55, 10), bar(1, 10)]).toEqual([
    '',
    '▏',
    '█████',
    '█████▌',
    '██████████',
  ])
  expect(columnsOf([0, 50, 100])).toBe('▁▅█')
})

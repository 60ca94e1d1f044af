import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import type { Decision } from '../../../../src/cli/decisions.ts'
import type { Standing } from '../../../../src/cli/demo/records.ts'
import { DemoTraffic } from '../../../../src/cli/demo/screen/traffic.ts'
import { type DemoScreen, demoFrame } from '../../../../src/cli/demo/screen/view.ts'

const AT = Date.UTC(2026, 10, 9, 12)
const sizes = [
  [80, 24],
  [120, 40],
  [200, 60],
  [60, 16],
] as const

const standing = (accountId: string, change: Pick<Standing, 'restriction'> & Partial<Standing>): Standing => ({
  ...{ accountId, plan: 'lite', accountTime: '', rulesVersion: '', violations: [], recovery: null },
  ...{ graceUntil: null, pardons: [], appeals: [], ...change },
})

const since = '2026-11-09T11:50:00.000Z'
const throttled = (accountId: string, appeals: Standing['appeals'] = []) =>
  standing(accountId, {
    restriction: { kind: 'throttle', since },
    recovery: {
      ...{ requests: 12, coding: 10, codingShare: 10 / 12, minutes: 5, safetyNetAt: since },
      needed: { coding: 20, codingShare: 0.9, minutes: 30 },
    },
    appeals,
  })
const accounts = [
  throttled('陈工-写小说的那位'),
  throttled('vera-stories', [{ id: 'apl_1', violationId: 'vio_1', status: 'claimed' }]),
  standing('dana-writes', { restriction: { kind: 'suspension', since, until: '2026-11-10T11:50:00.000Z' } }),
  standing('held-for-review', { restriction: { kind: 'suspension', since, until: null } }),
  standing('qing-novels', { restriction: { kind: 'ban', since } }),
]
const decision = (kind: Decision['kind'], i: number): Decision => ({
  ...{ at: AT + i * 60_000, accountId: 'dana-writes', kind },
  sentence: `dana-writes ${kind}: 20 of 25 requests of the last hour were not about coding (rule sustained-non-coding, first violation)`,
})

function screenOf(accounts: readonly Standing[], count: number): DemoScreen {
  const traffic = new DemoTraffic(12)
  for (let i = 0; i < 300; i++) traffic.add({ coding: i * 5, non_coding: i % 7, unsure: 0 })
  const kinds = ['throttled', 'suspended', 'on probation', 'banned', 'back to normal'] as const
  const decisions = Array.from({ length: count }, (_, i) => decision(kinds[i % kinds.length]!, i))
  return { address: 'http://127.0.0.1:8080', at: AT, progress: 0.5, traffic, accounts, decisions }
}

const linesOf = (screen: DemoScreen, columns: number, rows: number) =>
  stripVTControlCharacters(demoFrame(screen, columns, rows)).split('\n')

test('every frame fits its terminal, never changes its height and has no empty line', () => {
  for (const some of [[], accounts.slice(0, 1), accounts, [...accounts, ...accounts, ...accounts]])
    for (const count of [0, 1, 5, 30])
      for (const [columns, rows] of sizes) {
        const lines = linesOf(screenOf(some, count), columns, rows)
        expect(lines).toHaveLength(Math.min(rows, 40) - 1)
        expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns)
        expect(lines).not.toContain('')
      }
})

test('it says where the server listens, how each restriction ends, and who appeals', () => {
  const lines = linesOf(screenOf(accounts, 3), 120, 40).map((line) => line.trimEnd())
  expect(lines[0]).toContain('http://127.0.0.1:8080')
  const from = lines.indexOf('Restrictions in force') + 1
  expect(lines.slice(from, from + 5).map((line) => line.replace(/^.*?lite +/, ''))).toEqual([
    'throttle    ▰▰▰▰▰▱▱▱▱▱ 10 of 12 coding, needs 20, 20 min to go',
    'throttle    appeal claimed · ▰▰▰▰▰▱▱▱▱▱ 10 of 12 coding, needs 20, 20 min to go',
    'suspension  until Tue 11:50, 23 h 50 min left',
    'suspension  until a person has decided on the ban',
    'ban         until an appeal is won',
  ])
})

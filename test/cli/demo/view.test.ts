import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import type { Decision } from '../../../src/cli/decisions.ts'
import { decisionReader } from '../../../src/cli/decisions.ts'
import { demoRun } from '../../../src/cli/demo/run.ts'
import { DemoTraffic } from '../../../src/cli/demo/traffic.ts'
import { type DemoScreen, demoFrame } from '../../../src/cli/demo/view.ts'
import { loadModel } from '../../../src/cli/loadModel.ts'
import { loadRules } from '../../../src/cli/rulesFolder.ts'
import { always } from '../../../src/replay/timeline.ts'
import { demoDay } from '../../../src/simulate/demoDay.ts'
import { simulate } from '../../../src/simulate/simulate.ts'

const sizes = [
  [80, 24],
  [120, 40],
  [200, 60],
  [60, 16],
] as const

/** The demo, drawn once a simulated hour at every size; account names in Chinese are among the restricted ones. */
async function* screens(): AsyncGenerator<DemoScreen> {
  const [model, rules] = await Promise.all([loadModel(), loadRules(undefined)])
  const accounts = demoDay.accounts.map((one) => ({
    ...one,
    accountId: one.accountId.replace('dana-writes', '陈工-写小说的那位'),
  }))
  const traffic = new DemoTraffic()
  const decisions: Decision[] = []
  const decisionOf = decisionReader(rules.notices.en)
  const events = simulate({ ...demoDay, accounts, seed: 1 })
  for await (const minute of demoRun(events, demoDay.start, always(rules), model)) {
    traffic.add(minute.labels)
    decisions.push(...minute.entries.flatMap((entry) => decisionOf(entry) ?? []))
    const { at } = minute
    if (at % 3_600_000 === 0)
      yield { at, progress: 0.5, accounts: minute.accounts, traffic, decisions, needs: rules.needs }
  }
}

test('every frame fits its terminal, never changes its height and has no empty line', async () => {
  let restricted = 0
  for await (const screen of screens())
    for (const [columns, rows] of sizes) {
      const lines = stripVTControlCharacters(demoFrame(screen, columns, rows)).split('\n')
      expect(lines).toHaveLength(Math.min(rows, 40) - 1)
      expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns)
      expect(lines).not.toContain('')
      if (lines.some((line) => line.startsWith('陈工-写小说'))) restricted++
    }
  expect(restricted).toBeGreaterThan(40)
})

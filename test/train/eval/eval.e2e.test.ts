import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { packaged } from '../../../src/config.ts'
import { node } from '../../support/run.ts'
import { writeToyData } from '../toyWorld.ts'

const folder = await mkdtemp(join(tmpdir(), 'lanekeeper-eval-'))
afterAll(() => rm(folder, { recursive: true }))
beforeAll(() => writeToyData(folder))

const evaluated = (...args: string[]) =>
  node([packaged('src/train/eval/main.ts'), '--without-own', '--kept', join(folder, 'kept'), ...args], {
    env: { LANEKEEPER_SHARED: folder },
  })

it('rows, cases and a crowd of a toy world are evaluated by one command, its models made once', async () => {
  const misses = join(folder, 'misses.jsonl')
  const crowd = ['--seeds', '1', '--accounts', '30', '--hours', '12']
  const first = await evaluated('--only', 'data,cases,crowds', '--json', '--misses', misses, ...crowd)
  expect(first.stderr).toContain('fold 5 of 5')
  expect([first.code, first.stderr]).toEqual([0, expect.any(String)])
  const { data, cases, crowds } = JSON.parse(first.stdout)
  expect(data.slices[0]).toMatchObject({ name: 'sources', rows: 160 })
  expect(Object.keys(data.sessions)).toContain('session turns')
  expect(cases.slices[0].name).toBe('cases')
  expect(
    crowds['crowd 1'].reduce((sum: number, { accounts }: { accounts: number }) => sum + accounts, 0),
  ).toBeGreaterThan(20)
  for (const line of (await readFile(misses, 'utf8')).trimEnd().split('\n'))
    expect(JSON.parse(line)).toHaveProperty('part')

  const again = await evaluated('--only', 'data')
  expect(again.stderr).toBe('')
  expect(again.stdout).toMatch(/## data[\s\S]*\| sources \| 160 \|[\s\S]*\| session turns, mixed \| 10 \|/)
})

it('says what can be asked for', async () => {
  const { code, stderr } = await evaluated('--only', 'everything')
  expect([code, stderr]).toEqual([1, expect.stringContaining('usage: ')])
})

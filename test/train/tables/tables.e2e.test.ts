import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { packaged } from '../../../src/config.ts'
import { node } from '../../support/run.ts'
import { writeToyData } from '../toyWorld.ts'

const folder = await mkdtemp(join(tmpdir(), 'lanekeeper-tables-'))
afterAll(() => rm(folder, { recursive: true }))
beforeAll(() => writeToyData(folder))

const run = (...args: string[]) =>
  node([packaged('src/train/tables/main.ts'), '--without-own', ...args], { env: { LANEKEEPER_SHARED: folder } })

it('the models to choose among are trained and compared on a toy world', async () => {
  const { code, stdout } = await run('--json')
  expect(code).toBe(0)
  const { text, sessions } = JSON.parse(stdout)
  expect(text).toHaveLength(9)
  for (const { sources, turns } of text) expect(Math.min(sources.auc, turns)).toBeGreaterThan(0.9)
  const models: string[] = sessions.map(({ model }: { model: string }) => model)
  for (const text of ['no sessions in the text model', "sessions' clear turns × 3"])
    for (const reading of ['each request alone', 'logistic memory of the session'])
      expect(models).toContain(`${reading}, ${text}`)
})

it('says what can be asked for', async () => {
  const { code, stderr } = await run('--only', 'everything')
  expect([code, stderr]).toEqual([1, expect.stringContaining('usage: ')])
})

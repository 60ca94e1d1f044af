import { expect, it } from 'vitest'
import { packaged } from '../src/config.ts'
import { lanekeeper, node } from './support/run.ts'

const row = (i: number) =>
  JSON.stringify({
    id: `req_${i}`,
    time: new Date(Date.UTC(2026, 10, 2, 9, 0, i)).toISOString(),
    accountId: 'dana',
    plan: 'pro',
    client: 'ChatBox/1.15',
    input: {
      text: `Write chapter ${i} of my novel: the dragon Brumbledor sulks under the old bridge and will not speak to the knight.`,
      system: 'You are Brumbledor, a sulking dragon. Stay in character.',
    },
  })

it('no prompt gets into the logs or the ledger, at any level, and a decision does', async () => {
  const rows = [...Array.from({ length: 30 }, (_, i) => row(i)), '{"text": "Brumbledor", broken']
  const { code, stdout, stderr } = await lanekeeper(['replay', '-'], {
    input: rows.join('\n'),
    env: { LOG_LEVEL: 'trace' },
  })
  expect(code).toBe(0)
  expect(stderr).toContain('"type":"ViolationRecorded"')
  expect(stderr + stdout).not.toContain('Brumbledor')
})

it('an event that is logged whole loses its words on the way', async () => {
  const program = `
    import { createLogger } from ${JSON.stringify(packaged('src/logger.ts'))}
    createLogger('info').info({ event: ${row(1)}, input: { text: 'Brumbledor' }, text: 'Brumbledor' }, 'event')`
  const { stderr } = await node(['--input-type=module', '--eval', program])
  expect(stderr).toContain('req_1')
  expect(stderr).not.toContain('Brumbledor')
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { readRuleFiles } from '../../src/cli/rulesFolder.ts'
import { packaged } from '../../src/config.ts'
import { describeDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts'
import { edited, rulesWith } from '../support/rules.ts'
import { linesOf } from '../support/run.ts'
import { scratch } from '../support/scratch.ts'
import { Server } from '../support/server.ts'

const { at, write } = scratch()

describeDatabase('SIGHUP', () => {
  let database: TestDatabase
  let server: Server
  beforeAll(async () => {
    database = await testDatabase()
    for (const { path, text } of await readRuleFiles(packaged('rules'))) write(`rules/${path}`, text)
    server = new Server(database.url, ['--rules', at('rules')], { LOG_LEVEL: 'info' })
    await server.start()
  })
  afterAll(async () => {
    await server.kill('SIGKILL')
    await database.drop()
  })

  const policy = async (change: (text: string) => string) =>
    write(
      'rules/policy.json',
      (await rulesWith('policy.json', change)).find(({ path }) => path === 'policy.json')!.text,
    )
  /** The log's lines from the one behind `seen` on, once one of them is `last`. */
  async function hungUp(last: RegExp): Promise<{ msg: string; [field: string]: unknown }[]> {
    const seen = server.stderr.length
    server.hangUp()
    await expect.poll(() => server.stderr.slice(seen)).toMatch(last)
    return linesOf(server.stderr.slice(seen)).map((line) => JSON.parse(line))
  }

  it('reads the rules again, takes what is right, tells each mistake in a line, and never ends the server', async () => {
    expect(await hungUp(/rules unchanged.*\n/)).toMatchObject([
      { level: 30, effectiveFrom: '1970-01-01T00:00:00.000Z' },
    ])

    await policy(edited((document) => Object.assign(document, { noticeGraceMinutes: 30 })))
    const before = Date.now()
    const [promoted, ...more] = await hungUp(/rules promoted.*\n/)
    expect(more).toEqual([])
    expect(Date.parse(`${promoted!.effectiveFrom}`)).toBeGreaterThanOrEqual(before + 5000)

    await policy(edited((document) => Object.assign(document, { noticeGraceMinutes: 0, planSettlesMinutes: -1 })))
    const [first, second, kept] = await hungUp(/the rules stay as they were.*\n/)
    expect([first, second]).toMatchObject([
      { level: 50, file: 'policy.json', line: expect.any(Number), path: 'planSettlesMinutes' },
      { level: 50, file: 'policy.json', line: expect.any(Number), path: 'noticeGraceMinutes' },
    ])
    expect(kept).toMatchObject({ level: 50, msg: 'the rules stay as they were: 2 mistakes in the rules folder' })

    const key = (await server.run('keys', 'create', '--role', 'analyst')).stdout.trim()
    const answer = await fetch(`${server.url}/v1/rules/history`, { headers: { authorization: `Bearer ${key}` } })
    const { promotions } = (await answer.json()) as { promotions: unknown[] }
    expect(promotions).toMatchObject([{ version: promoted!.version, promotedBy: 'system' }, { promotedBy: 'system' }])
    expect((await server.kill('SIGTERM')).code).toBe(0)
  })
})

import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readRuleFiles } from '../../../src/cli/rulesFolder.ts'
import { packaged } from '../../../src/config.ts'
import { HOUR } from '../../support/account.ts'
import { testApi } from '../../support/api.ts'
import { describeDatabase } from '../../support/postgres.ts'
import { edited, rulesWith } from '../../support/rules.ts'
import { scratch } from '../../support/scratch.ts'

const { at, write } = scratch()
const grace = (minutes: number) => edited((policy) => Object.assign(policy, { noticeGraceMinutes: minutes }))

/** Replaces one file of the folder of this test by the default one, changed. */
async function change(path: string, change: (text: string) => string): Promise<void> {
  const { text } = (await rulesWith(path, change)).find((file) => file.path === path)!
  write(`rules/${path}`, text)
}

describeDatabase('a reload of the rules', () => {
  const api = testApi(undefined, {}, at('rules'))
  const reload = (who: 'analyst' | 'admin' = 'analyst') => api.ask(who, 'POST /v1/rules/reload')
  const shown = async () => (await api.ask('analyst', 'GET /v1/rules')).body
  const history = async (query = '') => (await api.ask('analyst', `GET /v1/rules/history${query}`)).body
  const iso = (time: number) => new Date(time).toISOString()

  beforeEach(async () => {
    for (const { path, text } of await readRuleFiles(packaged('rules'))) write(`rules/${path}`, text)
  })
  afterEach(() => rmSync(at('rules'), { recursive: true }))

  test('of a folder that is what is in force changes nothing, and says so', async () => {
    const before = [await shown(), await history()]
    const { version } = before[0]
    expect((await reload()).body).toEqual({ outcome: 'unchanged', version, effectiveFrom: iso(0) })
    write('rules/cases/new.json', '{}')
    await change(
      'policy.json',
      edited((policy) => Object.assign(policy, { $schema: './schema/policy.schema.json' })),
    )
    expect((await reload()).body.outcome).toBe('unchanged')
    expect([await shown(), await history()]).toEqual(before)
    expect(before).toMatchObject([{ coming: [] }, { promotions: [{ version, promotedBy: 'system' }], next: null }])
  })

  test('with a mistake in it is refused with every mistake, and what is in force stays', async () => {
    const before = [await shown(), await history()]
    const refused = async () => {
      const { status, body } = await reload()
      expect([status, body.code]).toEqual([409, 'rules_invalid'])
      expect([await shown(), await history()]).toEqual(before)
      return body
    }
    await change('detect/sustained-non-coding.json', (text) => text.replace('"status": "live",', '"status": "live"'))
    expect(await refused()).toMatchObject({
      detail: '1 mistake in the rules folder.',
      problems: [
        { file: 'detect/sustained-non-coding.json', line: 6, path: '', message: 'is not JSON: comma expected' },
      ],
    })
    await change('policy.json', (text) => text.replace('"noticeGraceMinutes"', '"noticeGraceMinuets"'))
    const { detail, problems } = await refused()
    expect(detail).toBe(`${problems.length} mistakes in the rules folder.`)
    expect(new Set(problems.map(({ file }: { file: string }) => file))).toEqual(
      new Set(['detect/sustained-non-coding.json', 'policy.json']),
    )
  })

  test('whose ladder breaks its promise is refused: two violations are no ban', async () => {
    const before = [await shown(), await history()]
    await change(
      'enforce/second-violation.json',
      edited((rule) => Object.assign(rule.event, { params: { kind: 'ban' } })),
    )
    const { status, body } = await reload()
    expect(status).toBe(409)
    expect(body.problems).toContainEqual({
      file: 'enforce/second-violation.json',
      line: expect.any(Number),
      path: 'event.params.kind',
      message: expect.stringContaining('breaks the ladder: fewer than three violations must not be a ban'),
    })
    expect([await shown(), await history()]).toEqual(before)
  })

  test('of a folder that is gone is refused', async () => {
    rmSync(at('rules'), { recursive: true })
    expect(await reload()).toMatchObject({ status: 409, body: { code: 'rules_invalid', problems: [] } })
    write('rules/nothing.txt', '')
    expect((await reload()).body.problems).toContainEqual({
      file: 'policy.json',
      line: 1,
      path: '',
      message: 'is missing',
    })
  })

  test('that has changed is promoted: it is coming, then in force; the history names who did it, the newest first', async () => {
    const { version: old } = await shown()
    const now = api.clock.now
    await change('policy.json', grace(30))
    const { body: first } = await reload()
    expect(first).toEqual({ outcome: 'promoted', version: expect.any(String), effectiveFrom: iso(now + 5000) })
    expect(first.version).not.toBe(old)
    expect((await reload('admin')).body).toEqual({ ...first, outcome: 'unchanged' })
    await change('policy.json', grace(20))
    const { body: second } = await reload('admin')
    expect(second.effectiveFrom).toBe(iso(now + 10_000))

    const coming = [first, second].map(({ version, effectiveFrom }) => ({ version, effectiveFrom }))
    expect(await shown()).toMatchObject({ version: old, documents: { policy: { noticeGraceMinutes: 60 } }, coming })
    api.clock.now = now + 5000
    const later = { version: first.version, effectiveFrom: first.effectiveFrom }
    expect(await shown()).toMatchObject({ ...later, documents: { policy: { noticeGraceMinutes: 30 } } })
    expect((await shown()).coming).toEqual(coming.slice(1))
    api.clock.now = now + HOUR
    expect(await shown()).toMatchObject({ version: second.version, coming: [] })

    const { analyst, admin } = api.keys
    const whole = await history()
    expect(whole).toEqual({
      promotions: [
        { ...coming[1], promotedBy: `analyst:${admin.keyId}`, promotedAt: expect.any(String) },
        { ...coming[0], promotedBy: `analyst:${analyst.keyId}`, promotedAt: expect.any(String) },
        { version: old, effectiveFrom: iso(0), promotedBy: 'system', promotedAt: expect.any(String) },
      ],
      next: null,
    })
    const page = await history('?limit=2')
    expect(page).toEqual({ promotions: whole.promotions.slice(0, 2), next: now + 5000 })
    expect(await history(`?before=${page.next}&limit=2`)).toEqual({
      promotions: whole.promotions.slice(2),
      next: null,
    })
  })
})

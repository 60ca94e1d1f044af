import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LedgerEntry } from '../../src/account.ts'
import type { ScoredEvent } from '../../src/classify/scoreEvent.ts'
import { readRuleFiles } from '../../src/cli/rulesFolder.ts'
import { packaged } from '../../src/config.ts'
import { type Db, openDb } from '../../src/db.ts'
import { DAY, HOUR, MINUTE, START, scored } from '../support/account.ts'
import { ndjson } from '../support/events.ts'
import { describeDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts'
import { edited, rulesWith } from '../support/rules.ts'
import { linesOf } from '../support/run.ts'
import { scratch } from '../support/scratch.ts'
import { Server } from '../support/server.ts'

const { at, write } = scratch()

const ACCOUNTS = 6
const BATCH = 40

/** Accounts that climb the ladder, some higher than others, with silence and good work in between; all of it takes three days. */
function traffic(): ScoredEvent[] {
  const events = Array.from({ length: ACCOUNTS }, (_, a) => {
    const of = (label: 'coding' | 'non_coding', count: number, from: number) =>
      Array.from({ length: count }, (_, i) =>
        scored(label, START + from + a * 17_000 + i * MINUTE, { accountId: `account-${a}`, id: `${a}-${from}-${i}` }),
      )
    const climbs = [0, 3 * HOUR, 2 * DAY].slice(0, 3 - (a % 3)).flatMap((from) => of('non_coding', 30, from))
    return [...climbs, ...(a > 3 ? of('coding', 12, 70 * MINUTE) : [])]
  }).flat()
  const others = Array.from({ length: 72 }, (_, hour) =>
    scored('coding', START + hour * HOUR, { accountId: 'worker', id: `w${hour}` }),
  )
  return [...events, ...others].sort((a, b) => a.time - b.time)
}

describeDatabase('a reload while events come', () => {
  let database: TestDatabase
  let server: Server
  let db: Db
  beforeAll(async () => {
    database = await testDatabase()
    db = openDb(database.url, 2)
    for (const { path, text } of await readRuleFiles(packaged('rules'))) write(`rules/${path}`, text)
    server = new Server(database.url, ['--clock', 'events', '--rules', at('rules')])
    await server.start()
  })
  afterAll(async () => {
    await server.kill('SIGKILL')
    await db.end()
    await database.drop()
  })

  const keyOf = async (role: string) => (await server.run('keys', 'create', '--role', role)).stdout.trim()
  async function ask(key: string, path: string, body: unknown = {}) {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    expect(answer.status).toBeLessThan(300)
    // biome-ignore lint/suspicious/noExplicitAny: the JSON of any endpoint
    return (await answer.json()) as any
  }
  async function change(path: string, by: (text: string) => string): Promise<void> {
    write(`rules/${path}`, (await rulesWith(path, by)).find((file) => file.path === path)!.text)
  }
  async function appeal(accountId: string, outcome: 'upheld' | 'overturned', { gateway, support }: Keys) {
    const { rows } = await db.query(
      "select violation_id from violations where account_id = $1 and status = 'active' order by at limit 1",
      [accountId],
    )
    const filing = { accountId, violationId: rows[0].violation_id, statement: 'It was a test.' }
    const { id } = (await ask(gateway, '/v1/appeals', filing)).appeal
    await ask(support, `/v1/appeals/${id}/claim`)
    await ask(support, `/v1/appeals/${id}/release`)
    await ask(support, `/v1/appeals/${id}/claim`)
    await ask(support, `/v1/appeals/${id}/decision`, { outcome, reason: 'Looked at it.' })
  }
  interface Keys {
    gateway: string
    support: string
  }
  /** Until nothing is due any more up to where ticks may go. */
  const settled = () =>
    expect
      .poll(
        async () =>
          (await db.query('select 1 from accounts where due_at <= (select max(greatest_time) from positions) - 120000'))
            .rowCount,
        { timeout: 20_000 },
      )
      .toBe(0)

  it('and appeals, and ticks: a replay of the events with the exported inputs is the ledger, byte for byte', async () => {
    const [gateway, support, analyst] = await Promise.all(['gateway', 'support', 'analyst'].map(keyOf))
    const keys = { gateway: gateway!, support: support! }
    const events = traffic()
    const half = events.findIndex(({ time }) => time > START + 4 * HOUR)
    const send = async (some: readonly ScoredEvent[]) => {
      for (let from = 0; from < some.length; from += BATCH)
        expect((await server.post(keys.gateway, ndjson(some.slice(from, from + BATCH)))).status).toBe(202)
    }

    await send(events.slice(0, half))
    await appeal('account-0', 'overturned', keys)
    await settled()
    await change(
      'policy.json',
      edited((policy) => Object.assign(policy, { noticeGraceMinutes: 10 })),
    )
    await change(
      'recover/quiet-week.json',
      edited(({ conditions }) => {
        for (const condition of conditions.all) condition.value = 7 * 60
      }),
    )
    const { outcome, version, effectiveFrom } = await ask(analyst!, '/v1/rules/reload')
    expect([outcome, Date.parse(effectiveFrom)]).toEqual(['promoted', events[half - 1]!.time + 5000])
    await send(events.slice(half, half + 20))
    await settled()
    await appeal('account-3', 'upheld', keys)
    await send(events.slice(half + 20))
    await settled()
    await appeal('account-1', 'overturned', keys)
    expect((await server.kill('SIGTERM')).code).toBe(0)

    const ledger = linesOf((await server.run('ledger', 'export')).stdout)
    const inputs = at('inputs.ndjson')
    expect((await server.run('ledger', 'inputs', '--out', inputs)).code).toBe(0)
    const replay = await server.run('replay', write('events.jsonl', ndjson(events)), '--inputs', inputs)
    expect(replay.code, replay.stderr).toBe(0)
    const byAccount = linesOf(replay.stdout).sort((a, b) =>
      accountOf(a) < accountOf(b) ? -1 : Number(accountOf(a) > accountOf(b)),
    )
    expect(byAccount).toEqual(ledger)

    const ofAll = linesOf(await readFile(inputs, 'utf8'))
    const ofOne = ofAll.filter((line) => /^\{"kind":"rules"|"accountId":"account-0"/.test(line))
    expect(linesOf((await server.run('ledger', 'inputs', '--account', 'account-0')).stdout)).toEqual(ofOne)
    expect(ofOne.length).toBeGreaterThan(2)
    expect(ofOne.length).toBeLessThan(ofAll.length)

    // All of it did happen: old rules and new ones each in their time, and a throttle that the new ones lifted in silence.
    const entries = ledger.map((line) => JSON.parse(line) as LedgerEntry)
    for (const { at: moment, rulesVersion } of entries)
      expect(rulesVersion === version).toBe(Date.parse(moment) >= Date.parse(effectiveFrom))
    expect(new Set(entries.map(({ rulesVersion }) => rulesVersion)).size).toBe(2)
    expect(entries.filter(({ type }) => type === 'AppealDecided')).toHaveLength(3)
    const kinds = (await db.query("select distinct input->>'kind' as kind from inputs order by 1")).rows
    expect(kinds.map(({ kind }) => kind)).toEqual(['command', 'tick'])
    const lifted = entries.filter((entry) => entry.type === 'RestrictionLifted' && entry.rulesVersion === version)
    expect(lifted.length).toBeGreaterThan(0)
  })
})

const accountOf = (line: string): string => JSON.parse(line).accountId

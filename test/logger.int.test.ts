import { chmodSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDb } from '../src/db.ts'
import { clusterIn } from '../src/persist/embedded/cluster.ts'
import { startEmbedded } from '../src/persist/embeddedPostgres.ts'
import { START } from './support/account.ts'
import { describeDatabase } from './support/postgres.ts'
import { lanekeeper, linesOf, type Ran } from './support/run.ts'
import { scratch } from './support/scratch.ts'
import { Server } from './support/server.ts'

const place = scratch()
chmodSync(place.folder, 0o711) // as root PostgreSQL runs as another user
const PROMPT = 'Brumbledor'
const STATEMENT = 'Zanzibar'
const WRONG_KEY = 'lk_wrong-Quetzalcoatl-0123456789abcdefghijkl'

/** Enough of a novel for a violation, in the texts and in every other place that a sloppy gateway may put them. */
const events = Array.from({ length: 30 }, (_, i) => ({
  id: `req_${i}`,
  time: new Date(START + i * 60_000).toISOString(),
  accountId: 'dana',
  plan: 'pro',
  client: 'ChatBox/1.15',
  input: {
    text: `Write chapter ${i} of my novel: the dragon ${PROMPT} sulks under the old bridge and will not speak to the knight.`,
    system: `You are ${PROMPT}, a sulking dragon. Stay in character.`,
    tools: [PROMPT],
  },
  note: PROMPT,
}))

describeDatabase('a server that writes every log line', () => {
  const home = place.at('home')
  const key: Record<string, string> = {}
  let ran: Ran
  let tables = ''
  const statuses: number[] = []

  beforeAll(async () => {
    const { url, stop } = await startEmbedded(home)
    await lanekeeper(['migrate'], { env: { DATABASE_URL: url } })
    const server = new Server(url, [], { LOG_LEVEL: 'trace' })
    await server.start()
    for (const role of ['gateway', 'support'])
      key[role] = (await server.run('keys', 'create', '--role', role)).stdout.trim()

    const ask = async (bearer: string | undefined, method: string, path: string, body?: string) => {
      const headers = {
        'content-type': 'application/json',
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      }
      const answer = await fetch(`${server.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
      statuses.push(answer.status)
      return answer.json() as Promise<{ violations: { id: string }[]; appeal: { id: string } }>
    }
    const { gateway, support } = key
    await ask(gateway, 'POST', '/v1/events', JSON.stringify(events))
    await ask(gateway, 'POST', '/v1/events', JSON.stringify([{ ...events[0], plan: PROMPT, input: PROMPT }]))
    await ask(gateway, 'POST', '/v1/events', `[{"text": "${PROMPT}`)
    await ask(gateway, 'POST', '/v1/check', `{"accountId": "dana", "plan": "${PROMPT}"}`)
    await ask(WRONG_KEY, 'POST', '/v1/events', JSON.stringify(events))
    await ask(undefined, 'GET', `/v1/accounts?q=${PROMPT}`)
    const { violations } = await ask(support, 'GET', '/v1/accounts/dana')
    const filing = { accountId: 'dana', violationId: violations[0]!.id, statement: `Sorry: ${STATEMENT}` }
    const { appeal } = await ask(gateway, 'POST', '/v1/appeals', JSON.stringify(filing))
    await ask(gateway, 'POST', '/v1/appeals', JSON.stringify(filing)) // refused: it is filed already
    await ask(support, 'POST', `/v1/appeals/${appeal.id}/claim`)
    const decision = { outcome: 'overturned', reason: `Right: ${STATEMENT}` }
    await ask(support, 'POST', `/v1/appeals/${appeal.id}/decision`, JSON.stringify(decision))
    tables = await everyRow(url)
    ran = await server.kill('SIGTERM')
    await stop()
  })

  it('has answered all of it', () => {
    expect(statuses).toEqual([202, 202, 400, 400, 401, 404, 200, 201, 409, 200, 200])
    expect(ran.code).toBe(0)
  })

  it('has one line a request, with its id, method, route, status and time, and the account where there is one', () => {
    const lines = linesOf(ran.stderr).map((line) => JSON.parse(line))
    const answered = lines.filter(({ msg }) => msg === 'answered')
    expect(answered.map(({ status }) => status)).toEqual(statuses)
    expect(new Set(answered.map(({ requestId }) => requestId)).size).toBe(statuses.length)
    const common = { requestId: expect.any(String), ms: expect.any(Number) }
    expect(answered[0]).toMatchObject({ ...common, method: 'POST', route: '/v1/events', status: 202 })
    expect(answered[5]).toMatchObject({ ...common, method: 'GET', route: 'none', status: 404 })
    expect(answered[6]).toMatchObject({ ...common, route: '/v1/accounts/:id', accountId: 'dana' })
    expect(answered[7]).toMatchObject({ ...common, route: '/v1/appeals', accountId: 'dana' })
  })

  describe.each([
    ['its output', () => ran.stdout + ran.stderr],
    ["PostgreSQL's log", () => readFileSync(clusterIn(home).log, 'utf8')],
  ])('%s', (_where, read) => {
    it('holds no prompt, statement, reason or key', () => {
      expect(read()).not.toBe('')
      for (const secret of [PROMPT, STATEMENT, 'Quetzalcoatl', ...Object.values(key)])
        expect(read()).not.toContain(secret)
    })
  })

  it('has stored no prompt and no key; of words, only what was written to be kept', () => {
    expect(tables).toContain('dana')
    for (const secret of [PROMPT, 'Quetzalcoatl', ...Object.values(key)]) expect(tables).not.toContain(secret)
    expect(tables).toContain(STATEMENT)
  })
})

/** Every row of every table, as text; bytes are read as if they were text. */
async function everyRow(url: string): Promise<string> {
  const db = openDb(url, 1)
  try {
    const { rows } = await db.query<{ name: string }>(
      "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'",
    )
    const texts = []
    for (const { name } of rows) {
      const { rows: content } = await db.query(`select * from ${name}`)
      texts.push(
        JSON.stringify(content, (_key, value) =>
          value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
        ),
      )
    }
    return texts.join('\n')
  } finally {
    await db.end()
  }
}

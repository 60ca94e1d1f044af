import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { MOST_BYTES } from '../../src/api/postedEvents.ts'
import { buildServer } from '../../src/api/server.ts'
import type { Taken } from '../../src/consume/commit.ts'
import { openDb } from '../../src/db.ts'
import { unchanging } from '../../src/replay/rulesInForce.ts'
import { START, scored } from '../support/account.ts'
import { posted, testApi } from '../support/api.ts'
import { series } from '../support/events.ts'
import { describeDatabase } from '../support/postgres.ts'

describeDatabase('the server on its port', () => {
  const api = testApi()

  const listening = async (): Promise<{ port: number; url: string }> => {
    const url = await api.app.listen({ port: 0, host: '127.0.0.1' })
    return { url, port: (api.app.server.address() as AddressInfo).port }
  }

  /** What comes back for bytes on a bare socket, until it is closed. */
  const raw = async (...pieces: string[]): Promise<string> => {
    const { port } = await listening()
    const socket = connect(port, '127.0.0.1')
    for (const piece of pieces) socket.write(piece)
    return text(socket)
  }

  test('what is not HTTP is told so in the same form', async () => {
    const answer = await raw('HELLO\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\nContent-Type: application\/problem\+json/)
    expect(answer).toContain('"code":"bad_input"')
  })

  test('a header that is too large is refused', async () => {
    expect(await raw(`GET /healthz HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 431 [\s\S]*"code":"headers_too_large"/,
    )
  })

  test('a stream that breaks off leaves nothing behind and the server standing', async () => {
    const { url, port } = await listening()
    const line = `${JSON.stringify(posted(scored('coding', START, { accountId: 'torn' })))}\n`
    const socket = connect(port, '127.0.0.1')
    socket.write(
      `POST /v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${api.keys.gateway.key}\r\n` +
        `Content-Type: application/x-ndjson\r\nContent-Length: 100000\r\n\r\n${line}`,
    )
    const [, response] = await once(api.app.server, 'request')
    const closed = once(response, 'close')
    socket.destroy()
    await closed
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect((await api.deps.accounts.load(['torn'])).get('torn')!.version).toBe(0)
  })

  test('a stream of events is read while it is sent', async () => {
    const { url } = await listening()
    const lines = series('ada', 'coding', 0, 200).map((event) => `${JSON.stringify(posted(event))}\n`)
    const body = ReadableStream.from(lines.map((line) => new TextEncoder().encode(line)))
    const headers = { authorization: `Bearer ${api.keys.gateway.key}`, 'content-type': 'application/x-ndjson' }
    const answer = await fetch(`${url}/v1/events`, { method: 'POST', headers, body, duplex: 'half' } as RequestInit)
    expect(await answer.json()).toEqual({ accepted: 200, duplicates: 0, rejected: [] })
  })

  test('a stream that is too long is read to its end, so that its sender sees the answer', async () => {
    const { url } = await listening()
    const headers = { authorization: `Bearer ${api.keys.gateway.key}`, 'content-type': 'application/x-ndjson' }
    const send = (body: string) => fetch(`${url}/v1/events`, { method: 'POST', headers, body })
    const long = `${' '.repeat(9 << 20)}\n` // longer than an array may be, and blank
    expect((await send(long)).status).toBe(202)
    for (const body of ['0\n'.repeat(8 << 20), 'x'.repeat(MOST_BYTES + 1)]) {
      const answer = await send(body)
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([413, 'too_large'])
    }
    expect((await send('\n')).status).toBe(202)
  })

  test('a body that says it is too large is refused unread', async () => {
    const answer = await raw(
      `POST /v1/check HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${api.keys.gateway.key}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 70000\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1.1 413 [\s\S]*"code":"too_large"/)
  })

  test('while the database is away the answer is 503 with Retry-After, then all is well again', async () => {
    const away = openDb('postgres://nobody@127.0.0.1:1/none', 1)
    const app = buildServer({ ...api.deps, db: away })
    const headers = { authorization: `Bearer ${api.keys.gateway.key}` }
    const answer = await app.inject({ url: '/v1/entitlements', headers })
    expect([answer.statusCode, answer.json().code, answer.headers['retry-after']]).toEqual([503, 'unavailable', '1'])
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200)
    await app.close()
    await away.end()

    await api.db.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    const events = series('ben', 'coding', 0, 1)
    const answers = [await api.post(events), await api.post(events), await api.post(events)]
    for (const { status } of answers) expect([202, 503]).toContain(status)
    expect(answers.at(-1)!.status).toBe(202)
  })

  test('closing, it finishes what it has begun and takes nothing new', async () => {
    const { promise, resolve } = Promise.withResolvers<Taken[]>()
    const source = Object.assign(Object.create(api.deps.source!), { accept: () => promise })
    api.app = buildServer({ ...api.deps, source })
    const { url } = await listening()
    const headers = { authorization: `Bearer ${api.keys.gateway.key}`, 'content-type': 'application/json' }
    const body = JSON.stringify([posted(scored('coding', START))])
    const begun = once(api.app.server, 'request')
    const post = fetch(`${url}/v1/events`, { method: 'POST', headers, body })
    await begun
    const closed = api.app.close()
    const refused = await fetch(`${url}/healthz`)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await refused.json()).toMatchObject({ code: 'unavailable' })
    resolve([{ outcome: 'evidence' }])
    expect(await (await post).json()).toMatchObject({ accepted: 1 })
    await closed
  })

  test('a failure that nobody foresaw is logged, not told', async () => {
    const timeline = {
      changes: [],
      at: () => {
        throw new TypeError('private')
      },
    }
    const app = buildServer({ ...api.deps, rules: unchanging(timeline) })
    const headers = { authorization: `Bearer ${api.keys.analyst.key}` }
    const answer = await app.inject({ url: '/v1/rules', headers })
    expect(answer.json()).toEqual({
      ...{ type: 'urn:lanekeeper:problem:internal', code: 'internal' },
      status: 500,
      title: 'Something went wrong here',
    })
    await app.close()
  })
})

import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Db, openDb, transaction } from '../../src/db.ts'
import { createKey } from '../../src/persist/keys.ts'
import { ndjson, series } from '../support/events.ts'
import { follow } from '../support/follow.ts'
import { type LosingProxy, losingProxy } from '../support/losingProxy.ts'
import { describeDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts'
import { Server } from '../support/server.ts'

const OVERTURNED = { outcome: 'overturned', reason: 'These were test prompts.' }

describeDatabase('an appeal over HTTP', () => {
  let database: TestDatabase
  let db: Db
  let proxy: LosingProxy
  let server: Server
  const keys: Record<string, string> = {}
  beforeAll(async () => {
    database = await testDatabase()
    db = openDb(database.url, 4)
    proxy = await losingProxy(database.url)
    server = new Server(proxy.url, ['--clock', 'events'])
    await server.start()
    for (const [name, role] of [
      ['gateway', 'gateway'],
      ['mo', 'support'],
      ['noor', 'support'],
    ] as const)
      keys[name] = (await transaction(db, (tx) => createKey(tx, role))).key
  })
  afterAll(async () => {
    await server?.kill('SIGKILL')
    await proxy?.close()
    await db?.end()
    await database?.drop()
  })

  async function ask(who: string, request: string, body?: unknown) {
    const [method, path] = request.split(' ')
    const answer = await fetch(`${server.url}${path}`, {
      method: method!,
      headers: { authorization: `Bearer ${keys[who]}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    // biome-ignore lint/suspicious/noExplicitAny: the JSON of any endpoint
    return { status: answer.status, body: (await answer.json()) as any, retryAfter: answer.headers.get('retry-after') }
  }
  const decide = (who: string, id: string) => ask(who, `POST /v1/appeals/${id}/decision`, OVERTURNED)

  /** An account with so many violations and an appeal against the last, which Mo has claimed. */
  async function claimed(accountId: string, violations = 1): Promise<string> {
    const events = [0, 120].slice(0, violations).flatMap((from) => series(accountId, 'non_coding', from, 30))
    expect((await server.post(keys.gateway!, ndjson(events))).status).toBe(202)
    const account = (await ask('mo', `GET /v1/accounts/${accountId}`)).body
    expect(account.violations).toHaveLength(violations)
    const violationId = account.violations.at(-1).id
    const { id } = (await ask('gateway', 'POST /v1/appeals', { accountId, violationId })).body.appeal
    expect((await ask('mo', `POST /v1/appeals/${id}/claim`)).status).toBe(200)
    return id
  }
  const decisionsOf = async (accountId: string): Promise<number> => {
    const { entries } = (await ask('mo', `GET /v1/accounts/${accountId}/timeline`)).body
    return entries.filter(({ type }: { type: string }) => type === 'AppealDecided').length
  }
  const alreadyDecided = {
    status: 409,
    body: { code: 'command_refused', reason: 'appeal_decided', detail: expect.stringMatching(/^\S.+\.$/) },
  }

  /** The bytes of a decision as Mo's browser sends them. */
  function decisionBytes(id: string): { head: number; bytes: Buffer } {
    const body = JSON.stringify(OVERTURNED)
    const head = [
      `POST /v1/appeals/${id}/decision HTTP/1.1`,
      'Host: lanekeeper',
      `Authorization: Bearer ${keys.mo}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      '\r\n',
    ].join('\r\n')
    return { head: head.length, bytes: Buffer.from(head + body) }
  }
  /** Sends bytes on a connection of their own; it is open until it is destroyed. */
  async function sent(bytes: Buffer) {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.on('error', () => {})
    await new Promise<void>((done) => socket.write(bytes, () => done()))
    return socket
  }

  /** Keeps whoever writes to a table waiting; resolves with who waits, and lets it go on. */
  async function holding(table: string) {
    const client = await db.connect()
    await client.query(`begin; lock table ${table} in exclusive mode`)
    const waiting = async () =>
      (
        await db.query(
          "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
      ).rows
    return {
      async waiter(): Promise<number> {
        await expect.poll(waiting).toHaveLength(1)
        return (await waiting())[0].pid
      },
      async letGo() {
        await client.query('commit')
        client.release()
      },
    }
  }

  it('that is won: voided, folded anew, told to holder and gateway, and a second reviewer is told why not', async () => {
    const stream = await follow(`${server.url}/v1/entitlements/stream`, keys.gateway!)
    const id = await claimed('ada', 2)
    const suspended = await stream.until(({ data }) => data.accountId === 'ada' && data.access === 'suspend')

    const byOther = {
      status: 409,
      body: { code: 'command_refused', reason: 'appeal_claimed_by_other', detail: expect.stringMatching(/^\S.+\.$/) },
    }
    expect(await ask('noor', `POST /v1/appeals/${id}/claim`)).toMatchObject(byOther)
    expect(await decide('noor', id)).toMatchObject(byOther)

    const { status, body } = await decide('mo', id)
    expect([status, body.appeal.status]).toEqual([200, 'overturned'])
    const version = suspended.data.version + 1
    const eased = await stream.until(({ data }) => data.accountId === 'ada' && data.version === version)
    expect(eased.data).toMatchObject({ access: 'throttle', until: null, reason: { noticeId: expect.any(String) } })

    expect((await ask('mo', 'GET /v1/accounts/ada')).body).toMatchObject({
      restriction: { kind: 'throttle' },
      violations: [{ status: 'active' }, { status: 'voided' }],
      entitlementVersion: version,
    })
    const { notices } = (await ask('mo', 'GET /v1/accounts/ada/notices')).body
    expect(notices.map(({ kind }: { kind: string }) => kind)).toContain('appealOverturned')
    expect(notices.map((notice: { id: string }) => notice.id)).toContain(eased.data.reason.noticeId)

    expect(await ask('noor', `POST /v1/appeals/${id}/claim`)).toMatchObject(alreadyDecided)
    expect(await decide('noor', id)).toMatchObject(alreadyDecided)
    expect(await decide('mo', id)).toMatchObject(alreadyDecided)
    expect(await decisionsOf('ada')).toBe(1)
    stream.hangUp()
  })

  it('whose decision breaks off before its end is undecided, and can be decided', async () => {
    const id = await claimed('bo')
    const { head, bytes } = decisionBytes(id)
    for (const length of [1, 30, head - 2, head, head + 1, bytes.length - 1]) {
      const socket = await sent(bytes.subarray(0, length))
      socket.destroy()
    }
    expect((await decide('mo', id)).status).toBe(200)
    expect(await decisionsOf('bo')).toBe(1)
  })

  it('whose reviewer hangs up right after sending is decided once', async () => {
    const id = await claimed('cy')
    const { bytes } = decisionBytes(id)
    for (const _ of ['first', 'again', 'again']) (await sent(bytes)).destroy()
    const retried = await decide('mo', id)
    if (retried.status !== 200) expect(retried).toMatchObject(alreadyDecided)
    expect(await decide('mo', id)).toMatchObject(alreadyDecided)
    expect(await decisionsOf('cy')).toBe(1)
  })

  it('whose reviewer hangs up while the decision is written is decided once', async () => {
    const id = await claimed('dee')
    const held = await holding('accounts')
    const socket = await sent(decisionBytes(id).bytes)
    await held.waiter()
    socket.destroy()
    await held.letGo()
    await expect.poll(() => decisionsOf('dee')).toBe(1)
    expect(await decide('mo', id)).toMatchObject(alreadyDecided)
    expect(await decisionsOf('dee')).toBe(1)
  })

  it('whose decision loses its database half-way is undecided; the reviewer is told to try again, and it is decided once', async () => {
    const id = await claimed('eve')
    const held = await holding('ledger') // the account's row is written by then
    const answer = decide('mo', id)
    await db.query('select pg_terminate_backend($1)', [await held.waiter()])
    expect(await answer).toMatchObject({ status: 503, retryAfter: '1', body: { code: 'unavailable' } })
    await held.letGo()
    expect(await decisionsOf('eve')).toBe(0)
    expect((await decide('mo', id)).status).toBe(200)
    expect(await decisionsOf('eve')).toBe(1)
  })

  it('whose decision is written, though the database could not say so, is decided once', async () => {
    const id = await claimed('fay')
    proxy.loseAnswerTo('AppealDecided')
    expect(await decide('mo', id)).toMatchObject({ status: 503, retryAfter: '1', body: { code: 'unavailable' } })
    expect(await decide('mo', id)).toMatchObject(alreadyDecided)
    expect(await decisionsOf('fay')).toBe(1)
    expect((await server.run('audit', 'verify')).stdout).toContain('0 findings')
  })
})

import { connect, type Socket } from 'node:net'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { START, scored } from '../support/account.ts'
import { posted, testApi } from '../support/api.ts'
import { describeDatabase } from '../support/postgres.ts'
import { sized } from '../support/size.ts'

const CONNECTIONS = sized(150, 20_000)
const HELD = 200

describeDatabase('whatever comes on a socket', () => {
  const api = testApi()
  const open = new Set<Socket>()
  let port: number
  let events = 0
  beforeEach(async () => {
    port = Number(new URL(await api.app.listen({ port: 0, host: '127.0.0.1' })).port)
  })
  afterEach(() => {
    for (const socket of open) socket.destroy()
    open.clear()
  })

  async function opened(): Promise<Socket> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    open.add(socket)
    socket.on('error', () => {}).on('close', () => open.delete(socket))
    await new Promise((done) => socket.once('connect', done))
    return socket
  }
  /** Sends bytes, says that no more will come once `when` resolves, and gives back what was answered. */
  async function exchange(bytes: Buffer | string, when: (answer: () => string) => Promise<unknown>): Promise<string> {
    const socket = await opened()
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    const over = new Promise((done) => socket.once('close', done).once('end', done))
    socket.write(bytes)
    await Promise.race([over, when(() => answer)])
    socket.end()
    await over
    socket.destroy()
    return answer
  }
  const head = (more: string, request = 'POST /v1/events') =>
    `${request} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${api.keys.gateway.key}\r\nContent-Type: application/json\r\n${more}\r\n`
  const body = () => JSON.stringify([posted(scored('coding', START, { id: `sent-${++events}` }))])
  const whole = () => {
    const content = body()
    return head(`Content-Length: ${Buffer.byteLength(content)}\r\n`) + content
  }
  const statusesOf = (answer: string) => [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))

  /** A request of anybody else is taken. */
  async function expectServed(): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.keys.gateway.key}`, 'content-type': 'application/json' },
      body: body(),
    })
    expect([answer.status, await answer.json()]).toEqual([202, { accepted: 1, duplicates: 0, rejected: [] }])
  }

  test('half requests and slow ones hold up nobody', async () => {
    const halves = Array.from({ length: HELD }, async (_, index) => {
      const request = whole()
      const socket = await opened()
      socket.write(request.slice(0, Math.ceil((index / HELD) * (request.length - 1))))
      return socket
    })
    const slow = await opened()
    const answered = new Promise<string>((done) => slow.once('data', (chunk) => done(`${chunk}`)))
    await Promise.all(halves)
    for (const [index, character] of [...whole()].entries()) {
      await new Promise<void>((done) => slow.write(character, () => done()))
      if (index % 50 === 0) await expectServed()
    }
    expect(statusesOf(await answered)).toEqual([202])
    await expectServed()
  })

  const junk = 'GARBAGE\0\r\n\r\n'
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n'
  const cases: [string, () => string, number[]][] = [
    ['a length that is none', () => `${head('Content-Length: -1\r\n')}[]`, [400]],
    ['two lengths', () => `${head('Content-Length: 2\r\nContent-Length: 3\r\n')}[]`, [400]],
    ['a length and chunks', () => `${head('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n')}0\r\n\r\n`, [400]],
    ['a chunk whose size is none', () => `${head('Transfer-Encoding: chunked\r\n')}zz\r\n[]\r\n`, [400]],
    ['requests behind one another', () => whole() + whole() + whole(), [202, 202, 202]],
    ['a header beyond all measure', () => head(`X: ${'x'.repeat(100_000)}\r\n`), [431]],
    ['no host', () => 'GET /healthz HTTP/1.1\r\n\r\n', [400]],
    ['no HTTP', () => `\x16\x03\x01${'\xff'.repeat(200)}`, [400]],
    ['HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
    ['an address that is none', () => 'GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n', [400]],
    ['a wish for another protocol', () => head(upgrade, 'GET /v1/entitlements'), [200]],
    ['a tunnel', () => head('', 'CONNECT x:1'), []],
  ]
  test.each(cases)('%s', async (_what, request, statuses) => {
    const isAnswered = async (answer: () => string) => {
      await expect.poll(() => statusesOf(answer()).length).toBeGreaterThanOrEqual(Math.max(1, statuses.length))
    }
    expect(statusesOf(await exchange(request(), isAnswered))).toEqual(statuses)
    await expectServed()
  })

  const broken: [string, () => string][] = [
    ['a body that is shorter than it says', () => `${head('Content-Length: 99\r\n')}[]`],
    ['a chunk that breaks off', () => `${head('Transfer-Encoding: chunked\r\n')}ff\r\n[]`],
    ['a head that breaks off', () => head('').slice(0, -3)],
    ['a body that is longer than it says', () => `${head('Content-Length: 2\r\n')}[]${junk}`],
    ['garbage behind requests', () => whole() + whole() + junk + whole()],
  ]
  test.each(broken)('%s', async (_what, request) => {
    const statuses = statusesOf(await exchange(request(), expectServed))
    expect(statuses.at(-1)).toBe(400)
    expect(statuses.slice(0, -1)).toEqual(statuses.slice(0, -1).map(() => 202))
    await expectServed()
  })

  test(
    'a request with any bytes changed, lost or added is answered, refused or let go, and nobody else notices',
    async () => {
      const edit = fc.record({ at: fc.nat(), lost: fc.nat({ max: 20 }), added: fc.uint8Array({ maxLength: 20 }) })
      const spoil = (edits: { at: number; lost: number; added: Uint8Array }[]) =>
        edits.reduce(
          (bytes, { at, lost, added }) => {
            const from = at % bytes.length
            return Buffer.concat([bytes.subarray(0, from), added, bytes.subarray(from + lost)])
          },
          Buffer.from(whole() + whole()),
        )
      await fc.assert(
        fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
          const answer = await exchange(spoil(edits), expectServed)
          for (const status of statusesOf(answer)) expect(status, answer).toBeLessThan(500)
        }),
        { numRuns: CONNECTIONS },
      )
      await expectServed()
    },
    sized(60_000, 600_000),
  )
})

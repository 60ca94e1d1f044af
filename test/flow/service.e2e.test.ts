import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import canonicalize from 'canonicalize'
import { afterAll, expect, it } from 'vitest'
import { engineWith } from '../support/engine.ts'
import { byAccount, replayed } from '../support/log.ts'
import { describeDatabase, testDatabase } from '../support/postgres.ts'
import { exitOf, lanekeeper, start } from '../support/run.ts'
import { hasShared, sharedFile } from '../support/shared.ts'

const LINES = 8_000
const CLIENTS = 16
const KILLS = 4
/** Clients stay so close together in stream time. */
const WINDOW_MS = 10_000

/** A server that can be killed, on a database that stays. */
class Server {
  readonly #environment: Record<string, string>
  #child: ChildProcess | undefined
  url = ''

  constructor(databaseUrl: string) {
    this.#environment = { DATABASE_URL: databaseUrl, PORT: '0' }
  }

  async start(): Promise<void> {
    const child = start(['start', '--clock', 'events'], { env: this.#environment })
    this.#child = child
    let stderr = ''
    child.stderr!.on('data', (chunk) => {
      stderr += chunk
    })
    this.url = await new Promise<string>((ready, failed) => {
      child.stdout!.on('data', (chunk) => ready(/http:\S+/.exec(`${chunk}`)?.[0] ?? ''))
      child.once('close', () => failed(new Error(`the server ended: ${stderr}`)))
    })
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const ended = exitOf(this.#child!)
    this.#child!.kill(signal)
    return ended
  }

  run = (...args: string[]) => lanekeeper(args, { env: this.#environment })
}

/** Lines by client, in windows of stream time: an account keeps to its client. */
function windowsOf(lines: readonly string[]): string[][][] {
  const windows = new Map<number, string[][]>()
  for (const line of lines) {
    const { accountId = '', time = 0 } = JSON.parse(line) as { accountId?: string; time?: string }
    const window = Math.max(Math.floor(Date.parse(`${time}`) / WINDOW_MS) || 0, ...[...windows.keys()].slice(-1))
    const clients = windows.get(window) ?? Array.from({ length: CLIENTS }, () => [])
    clients[[...accountId].reduce((sum, character) => sum + character.charCodeAt(0), 0) % CLIENTS]!.push(line)
    windows.set(window, clients)
  }
  return [...windows.values()]
}

describeDatabase('a server under fire', () => {
  let drop = async () => {}
  afterAll(() => drop())

  it.skipIf(!hasShared)(
    'sixteen clients, killed again and again, every client sending anew what was not acknowledged: the ledger is that of a replay',
    async () => {
      const database = await testDatabase()
      drop = database.drop
      const server = new Server(database.url)
      await server.start()
      const key = (await server.run('keys', 'create', '--role', 'gateway')).stdout.trim()
      const log = gunzipSync(await readFile(sharedFile(join('streams', 'week-a', 'events.jsonl.gz'))))
        .toString('utf8')
        .split('\n')
        .slice(0, LINES)
      const windows = windowsOf(log)

      /** Sends until it is acknowledged; a server that is being killed is asked again when it is back. */
      const send = async (lines: readonly string[]): Promise<void> => {
        for (;;) {
          await up
          const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' }
          const answer = await fetch(`${server.url}/v1/events`, {
            method: 'POST',
            headers,
            body: lines.join('\n'),
          }).catch(() => undefined)
          if (answer?.status === 202) return
          if (answer) expect(answer.status).toBe(503)
          else await new Promise((again) => setImmediate(again))
        }
      }
      let up: Promise<unknown> = Promise.resolve()
      const killAt = new Set(
        Array.from({ length: KILLS }, (_, i) => Math.floor(((i + 1) * windows.length) / (KILLS + 1))),
      )
      for (const [index, clients] of windows.entries()) {
        const sent = Promise.all(clients.filter((lines) => lines.length > 0).map(send))
        if (killAt.has(index)) up = server.kill('SIGKILL').then(() => server.start())
        await sent
      }

      const { entries } = await replayed(
        log.map((line) => Buffer.from(line)),
        await engineWith(),
      )
      const expected = Object.values(byAccount(entries))
        .flat()
        .map((entry) => canonicalize(entry))
      await expect
        .poll(async () => (await server.run('ledger', 'export')).stdout.trim().split('\n'), {
          timeout: 60_000,
          interval: 1000,
        })
        .toEqual(expected)
      const audit = await server.run('audit', 'verify')
      expect(audit.stdout).toContain('0 findings')
      expect(await server.kill('SIGTERM')).toBe(0)
    },
  )
})

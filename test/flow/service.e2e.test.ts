import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import canonicalize from 'canonicalize'
import { afterAll, expect, it } from 'vitest'
import { engineWith } from '../support/engine.ts'
import { byAccount, replayed } from '../support/log.ts'
import { describeDatabase, testDatabase } from '../support/postgres.ts'
import { Server, wholeWeek } from '../support/server.ts'
import { describeShared, sharedFile } from '../support/shared.ts'

// LANEKEEPER_WHOLE_WEEK=true sends all of week-a through the sixteen clients, which takes far longer than CI should.
const LINES = wholeWeek ? undefined : 8_000
const BATCH = 4_000
const TIMEOUT_MS = wholeWeek ? 3_600_000 : 180_000
const CLIENTS = 16
const KILLS = 12
/** Clients stay so close together in stream time. */
const WINDOW_MS = 10_000

/** The log of week-a, or as many of its first lines. */
const weekA = async (lines?: number): Promise<string[]> =>
  gunzipSync(await readFile(sharedFile(join('streams', 'week-a', 'events.jsonl.gz'))))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .slice(0, lines)

/** What a replay of these lines writes, account by account. */
async function ledgerOf(log: readonly string[]): Promise<(string | undefined)[]> {
  const { entries } = await replayed(
    log.map((line) => Buffer.from(line)),
    await engineWith(),
  )
  return Object.values(byAccount(entries))
    .flat()
    .map((entry) => canonicalize(entry))
}

/** Waits until the export is that of a replay; audit finds nothing. */
async function expectReplayed(server: Server, log: readonly string[]): Promise<void> {
  const expected = await ledgerOf(log)
  const exported = async () => (await server.run('ledger', 'export')).stdout.trim().split('\n')
  await expect.poll(exported, { timeout: 60_000, interval: 1000 }).toEqual(expected)
  expect((await server.run('audit', 'verify')).stdout).toContain('0 findings')
}

/** Milliseconds after sending, 0 to 15, the same in every run. */
const delayOf = (kill: number): number => (kill * 7 + 3) % 16

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

describeShared('a week over HTTP', () =>
  describeDatabase('a server under fire', () => {
    const drops: (() => Promise<void>)[] = []
    afterAll(() => Promise.all(drops.map((drop) => drop())))

    /** A server on a database of its own, with a gateway's key. */
    async function running() {
      const database = await testDatabase()
      drops.push(database.drop)
      const server = new Server(database.url, ['--clock', 'events'])
      await server.start()
      const key = (await server.run('keys', 'create', '--role', 'gateway')).stdout.trim()
      return { server, key }
    }

    it(
      'sixteen clients, killed again and again, every client sending anew what was not acknowledged: the ledger is that of a replay',
      async () => {
        const { server, key } = await running()
        const log = await weekA(LINES)
        const windows = windowsOf(log)

        /** Sends until it is acknowledged; a server that is being killed is asked again when it is back. */
        const send = async (lines: readonly string[]): Promise<void> => {
          for (;;) {
            await up
            const answer = await server.post(key, lines.join('\n')).catch(() => undefined)
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
          if (killAt.has(index)) {
            await after(delayOf(index))
            up = server.kill('SIGKILL').then(() => server.start())
          }
          await sent
        }

        await expectReplayed(server, log)
        expect((await server.kill('SIGTERM')).code).toBe(0)
      },
      TIMEOUT_MS,
    )

    it('a whole week, batch after batch: the ledger is that of a replay', async () => {
      const { server, key } = await running()
      const log = await weekA()
      for (let at = 0; at < log.length; at += BATCH) {
        const answer = await server.post(key, log.slice(at, at + BATCH).join('\n'))
        expect(answer.status, await answer.text()).toBe(202)
      }
      await expectReplayed(server, log)
      expect((await server.kill('SIGTERM')).code).toBe(0)
    }, 180_000)
  }),
)

import { setTimeout as after } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { openDb } from '../../src/db.ts'
import { sendByMany } from '../support/clients.ts'
import { describeDatabase, testDatabase } from '../support/postgres.ts'
import { Server } from '../support/server.ts'
import { describeShared } from '../support/shared.ts'
import { isFullSize, sized } from '../support/size.ts'
import { expectReplayed, partOfWeek, weekA } from '../support/week.ts'

const BATCH = 4_000
const TIMEOUT_MS = sized(180_000, 3_600_000)
const KILLS = sized(10, 25)

/** Milliseconds after an acknowledgement, 0 to 15, the same in every run. */
const delayOf = (kill: number): number => (kill * 7 + 3) % 16

describeShared('a week over HTTP', () =>
  describeDatabase('a server under fire', () => {
    const drops: (() => Promise<void>)[] = []
    afterAll(() => Promise.all(drops.map((drop) => drop())))

    /** A server on a database of its own, with a gateway's key. */
    async function running() {
      const database = await testDatabase()
      const server = new Server(database.url, ['--clock', 'events'])
      drops.push(async () => {
        await server.kill('SIGKILL') // a test that failed has left it running
        await database.drop()
      })
      await server.start()
      const key = (await server.run('keys', 'create', '--role', 'gateway')).stdout.trim()
      return { server, key, url: database.url }
    }

    it(
      'sixteen clients, killed again and again, every client sending anew what was not acknowledged: the ledger is that of a replay',
      async () => {
        const { server, key, url } = await running()
        const log = await sized(partOfWeek, weekA)()
        let [up, killing]: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()]
        let kills = 0
        const kill = async (delay: number) => {
          await after(delay) // meanwhile clients go on
          up = server.kill('SIGKILL').then(() => server.start())
          await up
        }
        const progress = (lines: number) => {
          if (kills === KILLS || lines < ((kills + 1) * log.length) / (KILLS + 1)) return
          const delay = delayOf(kills++)
          killing = killing!.then(() => kill(delay))
        }
        const { cut } = await sendByMany(log, { server, key, up: () => up!, progress })
        await killing
        expect(kills).toBe(KILLS)
        expect(cut).toBeGreaterThan(0)

        const entries = (await expectReplayed(server, log)).map((entry) => JSON.parse(entry))
        const happened = new Set(entries.map(({ type, restriction }) => `${type} ${restriction?.kind ?? ''}`.trim()))
        for (const one of ['throttle', 'suspension', 'ban']) expect(happened).toContain(`RestrictionImposed ${one}`)
        for (const one of ['RestrictionEased throttle', 'RestrictionLifted']) expect(happened).toContain(one)
        expect(await ticksOf(url)).toBeGreaterThan(0)
        expect((await server.kill('SIGTERM')).code).toBe(0)
      },
      TIMEOUT_MS,
    )

    if (isFullSize)
      it(
        'sixteen clients, left in peace: the ledger is that of a replay',
        async () => {
          const { server, key } = await running()
          const log = await weekA()
          expect(await sendByMany(log, { server, key, up: async () => {} })).toEqual({ cut: 0, refused: 0 })
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

/** How many restrictions eased or lifted because time passed, without an event. */
async function ticksOf(url: string): Promise<number> {
  const db = openDb(url, 1)
  try {
    return (await db.query("select count(*) as ticks from inputs where input->>'kind' = 'tick'")).rows[0].ticks
  } finally {
    await db.end()
  }
}

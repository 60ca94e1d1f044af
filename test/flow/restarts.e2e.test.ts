import { chmodSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type EmbeddedPostgres, startEmbedded } from '../../src/persist/embeddedPostgres.ts'
import { sendByMany } from '../support/clients.ts'
import { describeDatabase } from '../support/postgres.ts'
import { scratch } from '../support/scratch.ts'
import { Server } from '../support/server.ts'
import { describeShared } from '../support/shared.ts'
import { sized } from '../support/size.ts'
import { expectReplayed, rushHour, weekA } from '../support/week.ts'

const RESTARTS = sized(2, 12)
const place = scratch()
chmodSync(place.folder, 0o711) // as root PostgreSQL runs as another user

/** What happens as lines are acknowledged: `RESTARTS` times, evenly, one after the other. */
function evenly(lines: number, restart: () => Promise<void>) {
  let begun = 0
  let done: Promise<void> = Promise.resolve()
  return {
    progress(acknowledged: number) {
      if (begun === RESTARTS || acknowledged < ((begun + 1) * lines) / (RESTARTS + 1)) return
      begun++
      done = done.then(restart)
    },
    get done() {
      return done
    },
    get begun() {
      return begun
    },
  }
}

describeShared('under load', () =>
  describeDatabase('a restart', () => {
    let postgres: EmbeddedPostgres
    let server: Server
    let key: string
    let log: string[]
    beforeAll(async () => {
      postgres = await startEmbedded(place.at('home')) // of this file's own: others must not feel its restarts
      server = new Server(postgres.url, ['--clock', 'events'])
      await server.run('migrate')
      await server.start()
      key = (await server.run('keys', 'create', '--role', 'gateway')).stdout.trim()
      log = await sized(rushHour, weekA)()
    }, 120_000)
    afterAll(async () => {
      await server?.kill('SIGKILL')
      await postgres?.stop()
    })

    it(
      'of PostgreSQL and of the server: clients are answered 202, or 503 with Retry-After, and nothing is lost',
      async () => {
        const half = Math.ceil(log.length / 2)
        const ofDatabase = evenly(half, async () => {
          const { url } = postgres
          await postgres.stop()
          postgres = await startEmbedded(place.at('home'))
          expect(postgres.url).toBe(url)
        })
        const first = await sendByMany(log.slice(0, half), {
          server,
          key,
          up: async () => {},
          progress: ofDatabase.progress,
        })
        await ofDatabase.done
        expect(ofDatabase.begun).toBe(RESTARTS)
        expect(first.cut).toBe(0)
        expect(first.refused).toBeGreaterThan(0)

        const ofServer = evenly(log.length - half, async () => {
          expect((await server.kill('SIGTERM')).code).toBe(0)
          await server.start()
        })
        const { progress } = ofServer
        await sendByMany(log.slice(half), { server, key, up: async () => {}, progress })
        await ofServer.done
        expect(ofServer.begun).toBe(RESTARTS)

        await expectReplayed(server, log)
        expect((await server.kill('SIGTERM')).code).toBe(0)
      },
      sized(180_000, 3_600_000),
    )
  }),
)

import { startEmbedded } from '../../src/persist/embeddedPostgres.ts'
import { onServer } from './onServer.ts'

// `node embeddedHolder.ts <home>`: starts PostgreSQL there, prints its address, and holds it until Ctrl-C.
try {
  const { url, stop } = await startEmbedded(process.argv[2]!)
  const hold = setInterval(() => {}, 60_000)
  process.once('SIGINT', async () => {
    clearInterval(hold)
    await onServer(url, 'insert into seen values (2)', 'lanekeeper') // what was in flight is still written
    await stop()
  })
  process.stdout.write(`${url}\n`)
} catch (error) {
  process.stdout.write(`${(error as { code?: string }).code}\n`)
}

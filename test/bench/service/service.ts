import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packaged } from '../../../src/config.ts'
import { type Db, openDb } from '../../../src/db.ts'
import { startEmbedded } from '../../../src/persist/embeddedPostgres.ts'
import { migrate } from '../../../src/persist/migrate.ts'
import type { Engine } from '../../../src/step.ts'
import { engineWith } from '../../support/engine.ts'
import { onServer } from '../../support/onServer.ts'
import { Server } from '../../support/server.ts'
import { percentile } from '../measure.ts'
import { Gateway } from './gateway.ts'
import { LANES, POST, steadyLoad, underLoad } from './load.ts'
import { oneByOne } from './oneByOne.ts'
import { prepareProbes, reactions } from './reaction.ts'
import { seed, usualStates } from './seed.ts'
import { Stream } from './stream.ts'

const START = Date.parse('2026-11-03T08:00:00.000Z')
/** Seconds. */
const WARM_UP = 3
const LOAD = 10
const ONE_BY_ONE = 3
/** More than the server takes in a second. */
const AMPLE = 16_000
const PROBES = 300
const PROBE_MS = 40
/** Reactions are measured at this share of what the server takes. */
const SHARE = 0.6

/** The service in a process of its own on a PostgreSQL of its own, over HTTP, beside the same work done one by one. */
export async function benchService(): Promise<string[]> {
  const engine = await engineWith()
  const states = await usualStates(START, engine)
  const home = await mkdtemp(join(tmpdir(), 'lanekeeper-bench-'))
  await chmod(home, 0o711) // as root PostgreSQL runs as another user
  const postgres = await startEmbedded(home)
  try {
    const printed: string[] = []
    for (const accounts of [1_000, 10_000, 100_000]) {
      const url = await onServer(postgres.url, `create database bench_${accounts}`, `bench_${accounts}`)
      const db = openDb(url, 2)
      await migrate(db, packaged('migrations'))
      await seed(db, accounts, states)
      printed.push(...(await served(url, db, accounts, engine)))
      await db.end()
    }
    return printed
  } finally {
    await postgres.stop()
    await rm(home, { recursive: true, force: true })
  }
}

/** One server over so many accounts. One by one goes before and after the load, so that a noisy machine is noisy for both. */
async function served(url: string, db: Db, accounts: number, engine: Engine): Promise<string[]> {
  const server = new Server(url, ['--clock', 'events'])
  await server.start()
  const key = (await server.run('keys', 'create', '--role', 'gateway')).stdout.trim()
  const gateway = new Gateway(server.url, key, LANES + 4)
  const stream = new Stream(accounts, LANES, START)
  try {
    const before = await oneByOne(url, stream.oneByOne(), ONE_BY_ONE, engine)
    const load = await loaded(gateway, stream, accounts, db)
    const after = await oneByOne(url, stream.oneByOne(), ONE_BY_ONE, engine)
    const reacted = await reacting(gateway, stream, load.rate * SHARE)
    return told(accounts, load, (before + after) / 2, reacted)
  } finally {
    gateway.close()
    await server.kill('SIGTERM')
  }
}

async function loaded(gateway: Gateway, stream: Stream, accounts: number, db: Db) {
  stream.prepare(WARM_UP * AMPLE)
  await underLoad(gateway, stream, WARM_UP, accounts)
  stream.prepare(LOAD * AMPLE)
  const before = await rowsWritten(db)
  const { events, seconds, checks } = await underLoad(gateway, stream, LOAD, accounts)
  return { rate: events / seconds, rowsAnEvent: ((await rowsWritten(db)) - before) / events, checks }
}

async function reacting(gateway: Gateway, stream: Stream, rate: number): Promise<number[]> {
  const at = stream.time
  await prepareProbes(gateway, PROBES, at)
  stream.prepare((rate * 1.2 * PROBES * PROBE_MS) / 1000)
  const stop = steadyLoad(gateway, stream, rate)
  const measured = await reactions(gateway, PROBES, at, PROBE_MS)
  await stop()
  return measured
}

function told(
  accounts: number,
  { rate, rowsAnEvent, checks }: Awaited<ReturnType<typeof loaded>>,
  oneByOne: number,
  reacted: readonly number[],
): string[] {
  const whole = (value: number) => Math.round(value).toLocaleString('en')
  const times = (values: readonly number[]) =>
    `p50 ${whole(percentile(values, 0.5))} ms, p99 ${whole(percentile(values, 0.99))} ms`
  const head = `service: ${whole(accounts)} accounts:`
  return [
    `${head} ${whole(rate)}/s events over HTTP in posts of ${POST}, ${rowsAnEvent.toFixed(2)} account rows written an event; one by one ${whole(oneByOne)}/s: ratio ${(rate / oneByOne).toFixed(1)}`,
    `${head} /v1/check under that load: ${times(checks)}`,
    `${head} from post to new entitlement on the feed, at ${SHARE * 100} % of that load: ${times(reacted)}`,
  ]
}

/** Every write of an account's row raises its version by one. */
async function rowsWritten(db: Db): Promise<number> {
  const { rows } = await db.query<{ written: number }>('select sum(version)::bigint as written from accounts')
  return rows[0]!.written
}

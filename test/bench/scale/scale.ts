import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '../../../src/db.ts'
import { quietTimers } from '../../../src/publish/kafka/quietTimers.ts'
import type { Engine } from '../../../src/step.ts'
import { engineWith } from '../../support/engine.ts'
import { Server } from '../../support/server.ts'
import { fill } from '../kafka/fill.ts'
import { type Ground, groundOn, openSite } from '../kafka/site.ts'
import { traffic } from '../kafka/traffic.ts'
import { seed, usualStates } from '../service/seed.ts'
import { sizesOf } from './sizes.ts'

const START = Date.parse('2026-11-03T08:00:00.000Z')
const ACCOUNTS = 10_000
const PARTITIONS = 12
const EVENTS = 1_300_000
/**
 * Between these shares of the events, so that starting and sharing out is not counted, and three workers have as much read ahead at the
 * one as at the other.
 */
const STEADY = { from: 0.2, to: 0.7 }
const LOOK_MS = 100

/** What one to three workers take of a full topic, and what that leaves in PostgreSQL. */
export async function benchScale(): Promise<string[]> {
  quietTimers()
  const engine = await engineWith()
  const site = await openSite()
  try {
    const printed: string[] = []
    let one = 0
    for (const workers of [1, 2, 3]) {
      const ground = await groundOn(site, `scale_${workers}`, PARTITIONS)
      const { rate, logBytes } = await caughtUp(ground, workers, engine)
      if (workers === 1) one = rate
      printed.push(
        `scale: ${workers} worker${workers > 1 ? 's' : ''}: ${whole(rate)}/s events, ${(rate / one).toFixed(2)} of one worker's`,
      )
      if (workers === 3) {
        printed.push(`scale: ${whole(logBytes)} bytes of PostgreSQL's log of changes an event`)
        printed.push(...(await sizesOf(ground.db)).map((line) => `scale: ${line}`))
      }
      await ground.db.end()
    }
    return printed
  } finally {
    await site.close()
  }
}

/** Has so many workers catch up with a topic; events a second of all together, and bytes of WAL an event. */
async function caughtUp({ db, env, kafka, settings, databaseUrl }: Ground, workers: number, engine: Engine) {
  const states = await usualStates(START, engine)
  await seed(db, ACCOUNTS, states)
  const plans = states.map(({ plan }) => plan.current!)
  await fill(
    kafka,
    settings.topics.requests,
    traffic({ accounts: ACCOUNTS, start: START, plans, model: engine.model }),
    EVENTS,
  )
  const args = ['--clock', 'events', '--roles', 'worker']
  const servers = Array.from({ length: workers }, () => new Server(databaseUrl, args, { ...env, LOG_LEVEL: 'error' }))
  const log = await logPosition(db)
  await Promise.all(servers.map((one) => one.start()))
  try {
    const from = await takenUpTo(db, EVENTS * STEADY.from)
    const to = await takenUpTo(db, EVENTS * STEADY.to)
    await takenUpTo(db, EVENTS)
    const logBytes = ((await logPosition(db)) - log) / EVENTS
    return { rate: ((to.taken - from.taken) * 1000) / (to.at - from.at), logBytes }
  } finally {
    await Promise.all(servers.map((one) => one.kill('SIGTERM')))
  }
}

async function takenUpTo(db: Db, count: number): Promise<{ taken: number; at: number }> {
  for (;;) {
    const { rows } = await db.query('select coalesce(sum(next_offset), 0)::bigint as taken from kafka_positions')
    if (rows[0].taken >= count) return { taken: rows[0].taken, at: performance.now() }
    await delay(LOOK_MS)
  }
}

async function logPosition(db: Db): Promise<number> {
  const { rows } = await db.query(`select (pg_current_wal_lsn() - '0/0')::float8 as bytes`)
  return rows[0].bytes
}

const whole = (value: number) => Math.round(value).toLocaleString('en')

import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packaged } from '../../../src/config.ts'
import { type Db, openDb } from '../../../src/db.ts'
import { startEmbedded } from '../../../src/persist/embeddedPostgres.ts'
import { migrate } from '../../../src/persist/migrate.ts'
import { quietTimers } from '../../../src/publish/kafka/quietTimers.ts'
import type { Engine } from '../../../src/step.ts'
import { engineWith } from '../../support/engine.ts'
import { startBroker } from '../../support/kafka/broker.ts'
import { onServer } from '../../support/onServer.ts'
import { Server } from '../../support/server.ts'
import { seed, usualStates } from '../service/seed.ts'
import { type Topics, topicsOn } from './topics.ts'
import { type Line, traffic } from './traffic.ts'

/** When the events begin, in milliseconds. */
export const START = Date.parse('2026-11-03T08:00:00.000Z')

/** A database with accounts as they look after a day, and empty topics. */
export interface Made {
  url: string
  db: Db
  topics: Topics
  accounts: number
  engine: Engine
  /** Events of these accounts under the plans that they have, scored at the edge or with texts; `greedy` as in `Traffic`. */
  lines(what?: { texts?: boolean; greedy?: boolean }): Generator<Line>
}

/** A PostgreSQL and a broker of one's own. */
export interface Bed {
  /** Makes a database and topics for some work. */
  on<T>(name: string, accounts: number, work: (made: Made) => Promise<T>): Promise<T>
}

/** Does work on servers that are there for it alone. */
export async function onBed<T>(work: (bed: Bed) => Promise<T>): Promise<T> {
  quietTimers()
  const engine = await engineWith()
  const states = await usualStates(START, engine)
  // Under other plans each account would change its own in its first minutes, and the more there are the more of a run these are.
  const plans = states.map(({ plan }) => plan.current!)
  const home = await mkdtemp(join(tmpdir(), 'lanekeeper-bench-'))
  await chmod(home, 0o711) // as root PostgreSQL runs as another user
  const [postgres, broker] = await Promise.all([startEmbedded(home), startBroker()])
  try {
    return await work({
      async on(name, accounts, some) {
        const url = await onServer(postgres.url, `create database ${name}`, name)
        const db = openDb(url, 2)
        await migrate(db, packaged('migrations'))
        await seed(db, accounts, states)
        const topics = await topicsOn(broker.plain, `${name}.`)
        const done = await some({
          ...{ url, db, topics, accounts, engine },
          lines: ({ texts = false, greedy = false } = {}) =>
            traffic({ accounts, start: START, plans, model: texts ? undefined : engine.model, greedy }),
        })
        await topics.drop()
        await db.end()
        return done
      },
    })
  } finally {
    await Promise.all([postgres.stop(), broker.stop()])
    await rm(home, { recursive: true, force: true })
  }
}

/** Does work beside a worker in a process of its own. */
export async function withWorker<T>(url: string, topics: Topics, work: (server: Server) => Promise<T>): Promise<T> {
  const server = new Server(url, ['--clock', 'events', '--roles', 'worker'], topics.env)
  await server.start()
  try {
    return await work(server)
  } finally {
    await server.kill('SIGTERM')
  }
}

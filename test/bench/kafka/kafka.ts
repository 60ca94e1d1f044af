import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packaged } from '../../../src/config.ts'
import { openDb } from '../../../src/db.ts'
import { startEmbedded } from '../../../src/persist/embeddedPostgres.ts'
import { migrate } from '../../../src/persist/migrate.ts'
import { quietTimers } from '../../../src/publish/kafka/quietTimers.ts'
import type { Engine } from '../../../src/step.ts'
import { engineWith } from '../../support/engine.ts'
import { startBroker } from '../../support/kafka/broker.ts'
import { onServer } from '../../support/onServer.ts'
import { Server } from '../../support/server.ts'
import { manyRules } from '../rules.ts'
import { oneByOne } from '../service/oneByOne.ts'
import { seed, usualStates } from '../service/seed.ts'
import { fill } from './fill.ts'
import { floor } from './floor.ts'
import { follow, type Pace, paceOf } from './progress.ts'
import { type Topics, topicsOn } from './topics.ts'
import { type Line, traffic } from './traffic.ts'

const START = Date.parse('2026-11-03T08:00:00.000Z')
const EVENTS = 300_000
/** With texts, which the worker scores. */
const TEXTS = 80_000
/** Seconds. */
const ONE_BY_ONE = 3
const RULES = 20

/** A worker in a process of its own that catches up with a topic, beside the floor and the same work done one by one. */
export async function benchKafka(): Promise<string[]> {
  quietTimers()
  const engine = await engineWith()
  const states = await usualStates(START, engine)
  const home = await mkdtemp(join(tmpdir(), 'lanekeeper-bench-'))
  await chmod(home, 0o711) // as root PostgreSQL runs as another user
  const [postgres, broker] = await Promise.all([startEmbedded(home), startBroker()])
  try {
    const printed: string[] = []
    const on = async (name: string, accounts: number, work: (made: Made) => Promise<string[]>) => {
      const url = await onServer(postgres.url, `create database ${name}`, name)
      const db = openDb(url, 2)
      await migrate(db, packaged('migrations'))
      await seed(db, accounts, states)
      const topics = await topicsOn(broker.plain, `${name}.`)
      printed.push(...(await work({ url, db, topics, accounts, engine })))
      await topics.drop()
      await db.end()
    }
    for (const accounts of sizes) await on(`bench_${accounts}`, accounts, compared)
    await on('bench_texts', sizes[0]!, withTexts)
    return printed
  } finally {
    await Promise.all([postgres.stop(), broker.stop()])
    await rm(home, { recursive: true, force: true })
  }
}

const sizes = [1_000, 10_000, 100_000]

interface Made {
  url: string
  db: ReturnType<typeof openDb>
  topics: Topics
  accounts: number
  engine: Engine
}

/** One by one goes before and after the worker, so that a noisy machine is noisy for both. */
async function compared({ url, db, topics, accounts, engine }: Made): Promise<string[]> {
  const lines = traffic(accounts, START, engine.model)
  const bytes = await fill(topics.kafka, topics.requests, lines, EVENTS)
  const naive = () => oneByOne(url, valuesOf(lines), ONE_BY_ONE, engine, manyRules(RULES))
  const before = await naive()
  const least = await floor(topics.kafka, topics.requests, EVENTS)
  const pace = await worked(url, db, topics, EVENTS)
  const after = await naive()
  const slow = (before + after) / 2
  const head = `kafka: ${whole(accounts)} accounts:`
  return [
    `${head} ${told(pace)}`,
    `${head} events of ${bytes} bytes; kafkajs and JSON.parse alone ${whole(least)}/s: ratio ${(pace.rate / least).toFixed(3)}; one by one with ${RULES} rules ${whole(slow)}/s: ratio ${(pace.rate / slow).toFixed(1)}`,
    `${head} cold, the steady rate was reached ${pace.reachedAfter.toFixed(1)} s after the assignment`,
  ]
}

async function withTexts({ url, db, topics, accounts }: Made): Promise<string[]> {
  const bytes = await fill(topics.kafka, topics.requests, traffic(accounts, START), TEXTS)
  const pace = await worked(url, db, topics, TEXTS)
  return [`kafka: ${whole(accounts)} accounts, events of ${bytes} bytes with texts to score: ${told(pace)}`]
}

/** What a worker that is started now comes to. */
async function worked(url: string, db: Made['db'], topics: Topics, events: number): Promise<Pace> {
  const server = new Server(url, ['--clock', 'events', '--roles', 'worker'], topics.env)
  await server.start()
  try {
    return paceOf(await follow(db, server, events))
  } finally {
    await server.kill('SIGTERM')
  }
}

const told = ({ rate, cpu, rowsAnEvent }: Pace) =>
  `${whole(rate)}/s events, ${cpu.toFixed(1)} µs CPU of the worker and ${rowsAnEvent.toFixed(2)} account rows an event`

const whole = (value: number) => Math.round(value).toLocaleString('en')

function* valuesOf(lines: Iterator<Line>): Generator<string> {
  for (;;) yield lines.next().value.value
}

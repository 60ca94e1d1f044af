import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { type Message, Partitioners, type Producer } from 'kafkajs'
import { packaged } from '../../../src/config.ts'
import { engineWith } from '../../support/engine.ts'
import { Server } from '../../support/server.ts'
import { percentile } from '../measure.ts'
import { seed, usualStates } from '../service/seed.ts'
import { Stream } from '../service/stream.ts'
import { type Prober, preparation, proberOn } from './probes.ts'
import { type Ground, groundOn, openSite, type Site } from './site.ts'
import { steadily } from './steady.ts'

const START = Date.parse('2026-11-03T08:00:00.000Z')
const ACCOUNTS = 10_000
const PARTITIONS = 12
const RATE = 2000
const ROUNDS = 3
const PROBES = 100
/** A decision among two hundred events: many more and it is the publisher's queue that is measured. */
const PROBE_MS = 100
const WARM_UP_MS = 5000
const LOOK_MS = 100

/**
 * How long it takes from an event produced to the changed entitlement read by another process, beside the same two hops with nothing
 * between, in turns on one broker and under the same load.
 */
export async function benchKafkaReaction(): Promise<string[]> {
  const site = await openSite()
  try {
    const stream = new Stream(ACCOUNTS, 1, START)
    const load = recordsOf(stream)
    const floor = await theFloor(site)
    const engine = await theEngine(site, load)
    const measured: Record<'floor' | 'engine', number[]> = { floor: [], engine: [] }
    for (let round = 0; round <= ROUNDS; round++)
      for (const [name, one] of [
        ['floor', floor],
        ['engine', engine],
      ] as const) {
        stream.prepare((RATE * (WARM_UP_MS + 1.5 * PROBES * PROBE_MS)) / 1000)
        const stop = steadily(one.producer, one.ground.settings.topics.requests, load, RATE)
        if (round === 0) await delay(WARM_UP_MS)
        const some = await one.prober.measure(round * PROBES, (round + 1) * PROBES, PROBE_MS)
        if (round > 0) measured[name].push(...some) // the first round only warms up
        await stop()
      }
    await Promise.all([floor.close(), engine.close()])
    return [
      told('produced, decided, changed entitlement read by another process', measured.engine),
      told('the floor, the same two hops with nothing between', measured.floor),
    ]
  } finally {
    await site.close()
  }
}

interface Measured {
  ground: Ground
  producer: Producer
  prober: Prober
  close(): Promise<void>
}

async function theFloor(site: Site): Promise<Measured> {
  const ground = await groundOn(site, 'floor', PARTITIONS)
  const child = spawn(process.execPath, [packaged('test/bench/kafka/forwarder.ts')], {
    env: { ...process.env, ...ground.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return measuredOn(ground, async () => {
    child.kill('SIGKILL')
    await once(child, 'close')
  })
}

async function theEngine(site: Site, load: Iterator<Message>): Promise<Measured> {
  const ground = await groundOn(site, 'engine', PARTITIONS)
  await seed(ground.db, ACCOUNTS, await usualStates(START, await engineWith()))
  const server = new Server(ground.databaseUrl, ['--clock', 'events'], { ...ground.env, LOG_LEVEL: 'error' })
  await server.start()
  const measured = await measuredOn(ground, async () => {
    await server.kill('SIGTERM')
  })
  const messages = [load.next().value as Message, ...preparation((ROUNDS + 1) * PROBES, START)]
  for (let from = 0; from < messages.length; from += 500)
    await measured.producer.send({
      ...{ topic: ground.settings.topics.requests, acks: -1 },
      messages: messages.slice(from, from + 500),
    })
  await allTaken(ground, messages.length)
  return measured
}

async function measuredOn(ground: Ground, end: () => Promise<void>): Promise<Measured> {
  const producer = ground.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const prober = await proberOn(ground, producer, START)
  return {
    ...{ ground, producer, prober },
    async close() {
      await Promise.all([producer.disconnect(), prober.close()])
      await end()
      await ground.db.end()
    },
  }
}

/** The load as records, which do not end. */
function* recordsOf(stream: Stream): Generator<Message> {
  for (const value of stream.oneByOne()) yield { key: JSON.parse(value).accountId, value }
}

async function allTaken({ db }: Ground, count: number): Promise<void> {
  for (;;) {
    const { rows } = await db.query('select coalesce(sum(next_offset), 0)::int as taken from kafka_positions')
    if (rows[0].taken >= count) return
    await delay(LOOK_MS)
  }
}

const told = (what: string, values: readonly number[]): string => {
  const at = (share: number) => `${percentile(values, share).toFixed(0)} ms`
  return `kafka: at ${RATE.toLocaleString('en')} events/s, ${what}: p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}`
}

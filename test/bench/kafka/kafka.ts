import { manyRules } from '../rules.ts'
import { oneByOne } from '../service/oneByOne.ts'
import { type Made, onBed, withWorker } from './bed.ts'
import { fill } from './fill.ts'
import { floor } from './floor.ts'
import { othersDone } from './greedy.ts'
import { follow, type Pace, paceOf } from './progress.ts'
import type { Topics } from './topics.ts'
import type { Line } from './traffic.ts'

/** Nine an account where there are most of them: each is read once, so that with fewer nothing but that would be measured. */
const EVENTS = 900_000
/** Seconds. */
const ONE_BY_ONE = 3
const RULES = 20

const sizes = [1_000, 10_000, 100_000]

/** A worker in a process of its own that catches up with a topic, beside the floor and the same work done one by one. */
export const benchKafka = (): Promise<string[]> =>
  onBed(async (bed) => {
    const printed: string[] = []
    for (const accounts of sizes) printed.push(...(await bed.on(`bench_${accounts}`, accounts, compared)))
    printed.push(...(await bed.on('bench_texts', sizes[0]!, withTexts)))
    return [...printed, ...(await bed.on('bench_greedy', sizes[1]!, beside))]
  })

/** One by one goes before and after the worker, so that a noisy machine is noisy for both. */
async function compared({ url, db, topics, accounts, engine, lines: linesOf }: Made): Promise<string[]> {
  const lines = linesOf()
  const naive = () => oneByOne(url, valuesOf(lines), ONE_BY_ONE, engine, manyRules(RULES))
  const before = await naive()
  const bytes = await fill(topics.kafka, topics.requests, lines, EVENTS)
  const least = await floor(topics.kafka, topics.requests, EVENTS)
  const pace = await worked(url, db, topics)
  const after = await naive()
  const slow = (before + after) / 2
  const head = `kafka: ${whole(accounts)} accounts:`
  return [
    `${head} ${told(pace)}`,
    `${head} events of ${bytes} bytes; kafkajs and JSON.parse alone ${whole(least)}/s: ratio ${(pace.rate / least).toFixed(3)}; one by one with ${RULES} rules ${whole(slow)}/s: ratio ${(pace.rate / slow).toFixed(1)}`,
    `${head} cold, the steady rate was reached ${pace.reachedAfter.toFixed(1)} s after the assignment`,
  ]
}

async function withTexts({ url, db, topics, accounts, lines }: Made): Promise<string[]> {
  const bytes = await fill(topics.kafka, topics.requests, lines({ texts: true }), EVENTS)
  const pace = await worked(url, db, topics)
  return [`kafka: ${whole(accounts)} accounts, events of ${bytes} bytes with texts to score: ${told(pace)}`]
}

/** Whether others are done in time beside an account that sends half of all events. */
async function beside({ url, db, topics, accounts, lines }: Made): Promise<string[]> {
  await fill(topics.kafka, topics.requests, lines({ greedy: true }), EVENTS)
  const { others, all, partitions } = await withWorker(url, topics, () => othersDone(db, EVENTS))
  return [
    `kafka: ${whole(accounts)} accounts, one of which sends half of the events: the other ${partitions - 1} partitions were done after ${others.toFixed(1)} s, the one with that account after ${all.toFixed(1)} s`,
  ]
}

/** What a worker that is started now comes to. */
const worked = (url: string, db: Made['db'], topics: Topics): Promise<Pace> =>
  withWorker(url, topics, async (server) => paceOf(await follow(db, server, EVENTS)))

const told = ({ rate, cpu, rowsAnEvent }: Pace) =>
  `${whole(rate)}/s events, ${cpu.toFixed(1)} µs CPU of the worker and ${rowsAnEvent.toFixed(2)} account rows an event`

const whole = (value: number) => Math.round(value).toLocaleString('en')

function* valuesOf(lines: Iterator<Line>): Generator<string> {
  for (;;) yield lines.next().value.value
}

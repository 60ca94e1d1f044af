import type { Db } from '../../../src/db.ts'
import type { Server } from '../../support/server.ts'

/** How far a worker had come at a moment (seconds), and what it had used and written by then. */
export interface Sample {
  at: number
  taken: number
  cpu: number
  rows: number
  rss: number
  heap: number
}

const LOOK_MS = 200

/** Looks at a worker's positions until it has taken so many events, from its assignment on. */
export async function follow(
  db: Db,
  server: Server,
  events: number,
  told: (sample: Sample) => void = () => {},
): Promise<Sample[]> {
  const samples: Sample[] = []
  for (;;) {
    const { rows } = await db.query<{ taken: number }>(
      'select sum(next_offset)::bigint as taken from kafka_positions where epoch > 0',
    )
    const taken = rows[0]!.taken
    if (taken !== null) {
      const sample = { at: performance.now() / 1000, taken, ...(await used(server)) }
      samples.push(sample)
      told(sample)
    }
    if (taken >= events) return samples
    await new Promise((next) => setTimeout(next, LOOK_MS))
  }
}

async function used(server: Server): Promise<Pick<Sample, 'cpu' | 'rows' | 'rss' | 'heap'>> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)![1])
  return {
    cpu: value('process_cpu_seconds_total'),
    rows: value('lanekeeper_account_rows_total'),
    rss: value('process_resident_memory_bytes'),
    heap: value('nodejs_heap_size_used_bytes'),
  }
}

/**
 * The shares of the events between which a worker is in its steady state. What it has read ahead of its commits at the first is as much as
 * at the last, which lies so far before the end that there is something left to read.
 */
const STEADY = { from: 0.3, to: 0.85 }

export interface Pace {
  /** Events a second. */
  rate: number
  /** CPU of the worker, µs an event. */
  cpu: number
  rowsAnEvent: number
  /** Seconds from the assignment until this rate was reached. */
  reachedAfter: number
}

/** The steady state that samples come to, and how long that took. */
export function paceOf(samples: readonly Sample[]): Pace {
  const all = samples.at(-1)!.taken
  const [from, to] = [STEADY.from, STEADY.to].map((share) => samples.find(({ taken }) => taken >= all * share)!) as [
    Sample,
    Sample,
  ]
  const events = to.taken - from.taken
  const rate = events / (to.at - from.at)
  return {
    rate,
    cpu: ((to.cpu - from.cpu) * 1e6) / events,
    rowsAnEvent: (to.rows - from.rows) / events,
    reachedAfter: reached(samples, rate) - samples[0]!.at,
  }
}

/** When a second began in which the worker was as fast as nine tenths of a rate. */
function reached(samples: readonly Sample[], rate: number): number {
  for (const [index, from] of samples.entries()) {
    const to = samples.slice(index).find(({ at }) => at >= from.at + 1)
    if (to && (to.taken - from.taken) / (to.at - from.at) >= 0.9 * rate) return from.at
  }
  return samples.at(-1)!.at
}

import type { Gateway } from './gateway.ts'
import type { Stream } from './stream.ts'

/** Connections of the gateway, and events of a post. */
export const LANES = 16
export const POST = 250

const CHECK_MS = 10

interface Load {
  events: number
  seconds: number
  /** Milliseconds that each check took. */
  checks: number[]
}

/** As much as the server takes: every lane posts again as soon as it is answered. Checks come at a steady rate beside it. */
export async function underLoad(gateway: Gateway, stream: Stream, seconds: number, accounts: number): Promise<Load> {
  const load: Load = { events: 0, seconds: 0, checks: [] }
  const started = performance.now()
  const end = started + seconds * 1000
  const pending: Promise<unknown>[] = []
  let nth = 0
  const check = async () => {
    const { ms } = await gateway.check(`acct-${(nth++ * 7919) % accounts}`)
    load.checks.push(ms)
  }
  const checking = setInterval(() => pending.push(check()), CHECK_MS)
  const lane = async (_: unknown, index: number) => {
    while (performance.now() < end) {
      const { body } = await gateway.events(stream.take(index, POST))
      load.events += body.accepted
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  clearInterval(checking)
  load.seconds = (performance.now() - started) / 1000
  await Promise.all(pending)
  return load
}

/** So many events a second, whether the server has answered or not; a lane alone keeps its order. Returns how to stop it. */
export function steadyLoad(gateway: Gateway, stream: Stream, eventsPerSecond: number): () => Promise<void> {
  const last: Promise<unknown>[] = Array.from({ length: LANES }, () => Promise.resolve())
  const started = performance.now()
  let posts = 0
  const timer = setInterval(() => {
    const due = ((performance.now() - started) / 1000) * (eventsPerSecond / POST)
    for (; posts < due; posts++) {
      const lane = posts % LANES
      last[lane] = last[lane]!.then(() => gateway.events(stream.take(lane, POST)))
    }
  }, 2)
  return async () => {
    clearInterval(timer)
    await Promise.all(last)
  }
}

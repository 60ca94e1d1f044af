import { setTimeout as delay } from 'node:timers/promises'
import type { Ground } from './ground.ts'
import type { Member } from './member.ts'
import { type Fault, releasedAt } from './plan.ts'
import type { Progress } from './progress.ts'

/** Longer than a session, so that the others are told to share the partitions of who is stopped. */
const STOP_MS = 7000

export interface Stage {
  ground: Ground
  workers: readonly Member[]
  progress: Progress
  /** How many records there are to take. */
  total: number
  /** Lets the stream come so far. */
  release(records: number): void
  signal: AbortSignal
}

/**
 * Has faults strike one after the other, each while there is work in flight: the stream is let come a stretch further than the fault
 * is planned for, and the moment at which so much of it is taken is the one to strike. Returns how many records were in flight at each.
 */
export async function strike(faults: readonly Fault[], stage: Stage): Promise<number[]> {
  const inFlight: number[] = []
  const { progress, total, release } = stage
  for (const [index, fault] of faults.entries()) {
    if ('worker' in fault) await stage.workers[fault.worker]!.isAtWork(stage.signal)
    const released = Math.ceil(releasedAt(index, faults.length) * total)
    const goal = Math.max(fault.at * total, progress.taken + 1)
    release(released)
    await progress.reached(goal)
    const { taken } = progress
    progress.happens(nameOf(fault))
    const done = await act(fault, stage)
    if (done) progress.tells(done)
    inFlight.push((await stage.ground.end()) - taken) // nothing more is released until here
  }
  release(total)
  return inFlight
}

const nameOf = (fault: Fault): string => {
  if ('worker' in fault) return `${fault.kind} worker ${fault.worker + 1}`
  return fault.kind === 'restart database' && fault.atOnce ? 'crash database' : fault.kind
}

/** Returns what there is to tell of it afterwards. */
async function act(fault: Fault, { ground, workers, progress, signal }: Stage): Promise<string | undefined> {
  const begun = performance.now()
  const away = () => `it is back after ${((performance.now() - begun) / 1000).toFixed(1)} s`
  if (fault.kind === 'restart broker') return ground.restartBroker().then(away)
  if (fault.kind === 'restart database') return ground.restartDatabase(fault.atOnce).then(away)
  const worker = workers[fault.worker]!
  if (fault.kind === 'kill') return worker.kill().then(() => undefined)
  const { epochs } = progress
  worker.signal('SIGSTOP')
  try {
    await delay(STOP_MS, undefined, { signal })
    await progress.until(() => progress.epochs > epochs)
    return away()
  } finally {
    worker.signal('SIGCONT')
  }
}

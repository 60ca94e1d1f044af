import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import type { Model } from '../../src/classify/model.ts'
import { type ScoreInput, score } from '../../src/classify/score.ts'
import { loadModel } from '../../src/cli/loadModel.ts'
import { START } from './kafka/bed.ts'
import { traffic } from './kafka/traffic.ts'
import { us } from './measure.ts'

const BATCHES = 80
const BATCH = 500
const ROUNDS = 4

const scores = (batch: readonly ScoreInput[], model: Model) => batch.map((input) => score(input, model))

/** What it would save a worker to have texts scored by a thread of its own: the scoring, less what it costs to hand over. */
export async function benchThreads(): Promise<string[]> {
  const model = await loadModel()
  const lines = traffic({ accounts: 1000, start: START })
  const batches = Array.from({ length: BATCHES }, () =>
    Array.from({ length: BATCH }, (): ScoreInput => {
      const { input, client } = JSON.parse(lines.next().value.value)
      return { ...input, client }
    }),
  )
  const thread = new Worker(fileURLToPath(import.meta.url))
  const ask = (batch: readonly ScoreInput[]) => {
    const answer = once(thread, 'message')
    thread.postMessage(batch)
    return answer
  }
  await ask(batches[0]!)
  const own: number[] = []
  const handing: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    own.push(await busy(() => batches.forEach((batch) => void scores(batch, model))))
    handing.push(
      await busy(async () => {
        for (const batch of batches) await ask(batch)
      }),
    )
  }
  await thread.terminate()
  const [scoring, handed] = [Math.min(...own), Math.min(...handing)]
  return [
    `threads: scoring a text takes ${us(scoring)}; handing it to another thread and its score back takes this one ${us(handed)}: ratio ${(handed / scoring).toFixed(2)}`,
  ]
}

/** Microseconds a text in which this thread was at work, not waiting. */
async function busy(work: () => unknown): Promise<number> {
  const before = performance.eventLoopUtilization()
  await new Promise(setImmediate) // a turn of its own
  await work()
  await new Promise(setImmediate)
  return (performance.eventLoopUtilization(before).active * 1000) / (BATCHES * BATCH)
}

if (!isMainThread) {
  const model = await loadModel()
  parentPort!.on('message', (batch: ScoreInput[]) => parentPort!.postMessage(scores(batch, model)))
}

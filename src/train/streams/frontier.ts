import type { Model } from '../../classify/model.ts'
import { upperQuantile } from '../calibrate.ts'
import { judge } from '../eval/judge.ts'
import { type Column, percent, table } from '../eval/report.ts'
import type { Setting } from '../eval/setting.ts'
import { rowWeights } from '../eval/slice.ts'
import { genuine, isAsExpected } from './expectation.ts'
import type { Played } from './tally.ts'

/** What streams come to if so many of the coding turns of left-out sessions were judged non-coding. */
export interface FrontierPoint {
  falseAlarms: number
  /** the threshold on the probability that this takes */
  threshold: number
  genuine: { accounts: number; violated: number }
  /** accounts of misuse without cover, and with it, and those of them that came out as they must */
  misuse: { accounts: number; asExpected: number }
  cover: { accounts: number; asExpected: number }
}

const RATES = [0.005, 0.01, 0.02, 0.03, 0.05]

/** The models with a threshold for turns of sessions that costs each of the rates. */
export function thresholdsFor({
  rows,
  folds,
  models,
}: Setting): { rate: number; threshold: number; models: Model[] }[] {
  const judged = judge(rows, (i) => models[folds[i]!]!)
  const turns = judged.filter(({ row }) => row.from === 'session' && row.target === 0)
  const weights = rowWeights(turns.map(({ row }) => row))
  const probabilities = turns.map(({ verdict }) => verdict.nonCoding)
  return RATES.map((rate) => {
    const threshold = upperQuantile(probabilities, weights, rate)
    return { rate, threshold, models: models.map((model) => withThreshold(model, threshold)) }
  })
}

function withThreshold(model: Model, nonCoding: number): Model {
  const { session } = model.thresholds
  const coding = Math.min(session.coding, nonCoding)
  return { ...model, thresholds: { ...model.thresholds, session: { ...session, coding, nonCoding } } }
}

/** Counts what became of the accounts of streams. */
export function frontierPoint(falseAlarms: number, threshold: number, played: readonly Played[]): FrontierPoint {
  const own = (test: (persona: string) => boolean) => {
    const some = played.filter(({ persona, fate }) => test(persona) && isAsExpected(persona, fate) !== undefined)
    const asExpected = some.filter(({ persona, fate }) => isAsExpected(persona, fate)).length
    return { accounts: some.length, asExpected }
  }
  const codes = own((persona) => genuine.includes(persona))
  return {
    ...{ falseAlarms, threshold },
    genuine: { accounts: codes.accounts, violated: codes.accounts - codes.asExpected },
    misuse: own((persona) => !genuine.includes(persona) && persona !== 'cover'),
    cover: own((persona) => persona === 'cover'),
  }
}

const columns: Column<FrontierPoint>[] = [
  ['coding turns judged non-coding', ({ falseAlarms }) => percent(falseAlarms)],
  ['threshold', ({ threshold }) => threshold.toFixed(3)],
  ['genuine accounts with a violation', (one) => `${one.genuine.violated} of ${one.genuine.accounts}`],
  ['misuse as expected', ({ misuse }) => `${misuse.asExpected} of ${misuse.accounts}`],
  ['cover as expected', ({ cover }) => `${cover.asExpected} of ${cover.accounts}`],
]

export const printableFrontier = (points: readonly FrontierPoint[]): string => table(columns, points)

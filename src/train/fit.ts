import { evidenceOf, fold } from '../classify/fold.ts'
import { sigmoid } from '../classify/logit.ts'
import type { Parameters, Table } from '../classify/model.ts'
import { combine, contextLogits } from '../classify/score.ts'
import { sharesOf } from '../classify/session.ts'
import { balanced, platt, upperQuantile } from './calibrate.ts'
import { CONTEXT_LIMIT, trainContext } from './context-model.ts'
import type { CrossFitted } from './crossfit.ts'
import type { Row } from './data.ts'
import { FOLDS } from './folds.ts'
import { fitSession, playSessions, type Turn } from './session-model.ts'

/** Shares of coding (turned non-coding) and of non-coding (turned coding) that the thresholds may cost. */
const targets = {
  alone: { falseAlarms: 0.009, missed: 0.03 },
  session: { falseAlarms: 0.012, missed: 0.03 },
  /** below so much evidence nobody can judge: about a dozen letters */
  evidence: 0.15,
}

/** What is fitted on top of the text model, from cross-fitted logits. */
export interface Fitted {
  text: { slope: number; intercept: number }
  context: Parameters['context']
  contextTable: Int8Array
  session: Parameters['session']
  thresholds: Parameters['thresholds']
}

/** Calibration, context, session model and thresholds from the rows `use`, whose raw logits come from left-out models. */
export function fitParameters(
  rows: readonly Row[],
  { folds, eight }: CrossFitted,
  use: (row: number) => boolean,
): Fitted {
  const clear = balanced(rows, (i) => use(i) && !rows[i]!.needsContext)
  const [slope, intercept] = platt(rows, eight, clear)
  const text = Float64Array.from(eight, (raw) => slope * raw + intercept)
  const context = Float64Array.from(rows, () => 0)
  for (let left = 0; left < FOLDS; left++) {
    const table = trainContext(rows, text, (i) => use(i) && folds[i] !== left)
    rows.forEach((row, i) => {
      if (folds[i] === left && use(i)) context[i] = contextLogit(row, table)
    })
  }
  const alone = band(
    rows,
    Float64Array.from(text, (logit, i) => sigmoid(logit + context[i]!)),
    clear,
    targets.alone,
  )
  const logits = text.map((logit, i) => combine(logit, context[i]!, alone.nonCoding))
  const turns = playSessions(rows, logits, evidenceOfAll(rows)).filter(({ row }) => use(row))
  const weights = sessionWeights(rows, use)
  const session = fitSession(rows, turns, weights)
  const judged = new Float64Array(rows.length)
  const known = new Float64Array(rows.length)
  for (const turn of turns) {
    judged[turn.row] = sessionProbability(rows, turn, session)
    known[turn.row] = turn.known >= targets.evidence ? weights[turn.row]! : 0
  }
  const table = trainContext(rows, text, use)
  return {
    text: { slope, intercept },
    context: { unit: table.unit, limit: CONTEXT_LIMIT },
    contextTable: table.weights,
    session,
    thresholds: { alone, session: band(rows, judged, known, targets.session), evidence: targets.evidence },
  }
}

/** Evidence of every row's text. */
export const evidenceOfAll = (rows: readonly Row[]): Float64Array =>
  Float64Array.from(rows, ({ text }) => evidenceOf(fold(text)))

function contextLogit(row: Row, { unit, weights }: Table): number {
  const parts = contextLogits(row, { context: { unit, limit: CONTEXT_LIMIT }, tables: { context: weights } })
  return parts.reduce((sum, part) => sum + part, 0)
}

/** The probability that a turn is non-coding, its session included. */
export function sessionProbability(
  rows: readonly Row[],
  { row, features }: Turn,
  session: Parameters['session'],
): number {
  const [mine, past] = sharesOf(features, session[rows[row]!.role])
  return sigmoid(mine + past)
}

/** A session counts as the square root of its turns. */
function sessionWeights(rows: readonly Row[], use: (row: number) => boolean): Float64Array {
  const weights = balanced(rows, (i) => use(i) && rows[i]!.from === 'session')
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const turns = weights.filter((weight) => weight > 0).length
  return weights.map((weight) => (weight * turns) / total)
}

function band(
  rows: readonly Row[],
  probabilities: Float64Array,
  weights: Float64Array,
  { falseAlarms, missed }: { falseAlarms: number; missed: number },
): { coding: number; nonCoding: number } {
  const of = (target: 0 | 1) => weights.map((weight, i) => (rows[i]!.target === target ? weight : 0))
  const nonCoding = upperQuantile(probabilities, of(0), falseAlarms)
  const coding =
    1 -
    upperQuantile(
      probabilities.map((p) => 1 - p),
      of(1),
      missed,
    )
  const middle = Math.min(nonCoding, coding)
  return { coding: Math.min(middle, 0.5), nonCoding: Math.max(nonCoding, 0.5) }
}

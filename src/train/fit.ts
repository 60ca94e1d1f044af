import { evidenceOf, fold } from '../classify/fold.ts'
import { sigmoid } from '../classify/logit.ts'
import type { Parameters, Table } from '../classify/model.ts'
import { combine, contextLogits } from '../classify/score.ts'
import { correctionOf } from '../classify/wrapped.ts'
import { balanced, platt, upperQuantile } from './calibrate.ts'
import { CONTEXT_LIMIT, trainContext } from './context-model.ts'
import type { CrossFitted } from './crossfit.ts'
import type { Row } from './data.ts'
import { FOLDS } from './folds.ts'
import { fitSession, playSessions, sessionProbability } from './session-model.ts'
import { fitWrapped, valuesOfWrapped } from './wrapped-model.ts'

/** The probabilities between which nobody should decide. */
type Band = Parameters['thresholds']['alone']

/** Shares of coding (turned non-coding) and of non-coding (turned coding) that the thresholds may cost. */
const targets = {
  alone: { falseAlarms: 0.008, missed: 0.03 },
  session: { falseAlarms: 0.02, missed: 0.03 },
  /** below so much evidence nobody can judge: about a dozen letters */
  evidence: 0.15,
  /** below so much, some thirty letters, no turn of a session is non-coding: a session may begin with a few words */
  against: 0.4,
}

/** What is fitted on top of the text model, from cross-fitted logits. */
export interface Fitted extends Pick<Parameters, 'wrapped' | 'context' | 'session' | 'thresholds'> {
  text: { slope: number; intercept: number }
  contextTable: Int8Array
}

/**
 * Calibration, trees for wrapped texts, context, session model and thresholds from the rows `use`, whose raw logits come from left-out models.
 * Whatever is judged on the way to fit the next step is judged by models that have not seen its fold.
 */
export function fitParameters(rows: readonly Row[], crossFitted: CrossFitted, use: (row: number) => boolean): Fitted {
  const { folds, eight } = crossFitted
  const clear = balanced(rows, (i) => use(i) && !rows[i]!.needsContext)
  const [slope, intercept] = platt(rows, eight, clear)
  const calibrated = (raw: number) => slope * raw + intercept
  const wrappedRows = valuesOfWrapped(rows, crossFitted, calibrated)
  const isWrapped = (i: number) => use(i) && wrappedRows.has(i)
  const corrections = leftOut(folds, isWrapped, (used) => {
    const trees = fitWrapped(rows, wrappedRows, used)
    return (i) => correctionOf(trees, wrappedRows.get(i)!)
  })
  const text = Float64Array.from(eight, (raw, i) => calibrated(raw) + corrections[i]!)
  const context = leftOut(folds, use, (used) => {
    const table = trainContext(rows, text, used)
    return (i) => contextLogit(rows[i]!, table)
  })
  const together = text.map((logit, i) => sigmoid(logit + context[i]!))
  const alone = band(rows, together, clear, targets.alone)
  const logits = text.map((logit, i) => combine(logit, context[i]!, alone.nonCoding))
  const table = trainContext(rows, text, use)
  return {
    text: { slope, intercept },
    wrapped: fitWrapped(rows, wrappedRows, isWrapped),
    context: { unit: table.unit, limit: CONTEXT_LIMIT },
    contextTable: table.weights,
    ...fitTurns(rows, folds, logits, alone, use),
  }
}

/** The session model and its thresholds, given what each turn says alone. */
function fitTurns(
  rows: readonly Row[],
  folds: Uint8Array,
  logits: Float64Array,
  alone: Band,
  use: (row: number) => boolean,
): Pick<Fitted, 'session' | 'thresholds'> {
  const turns = playSessions(rows, logits, evidenceOfAll(rows))
  const turnOf = new Map(turns.map((turn) => [turn.row, turn]))
  const isTurn = (i: number) => use(i) && turnOf.has(i)
  const weights = sessionWeights(rows, use)
  const learn = (used: (row: number) => boolean) =>
    fitSession(
      rows,
      turns.filter(({ row }) => used(row)),
      weights,
    )
  const judged = leftOut(folds, isTurn, (used) => {
    const session = learn(used)
    return (i) => sessionProbability(rows, turnOf.get(i)!, session)
  })
  const least = ({ target }: Row) => (target === 1 ? targets.evidence : targets.against)
  const known = weights.map((weight, i) => ((turnOf.get(i)?.known ?? 0) >= least(rows[i]!) ? weight : 0))
  const session = band(rows, judged, known, targets.session)
  return {
    session: learn(isTurn),
    thresholds: { alone, session: { ...session, against: targets.against }, evidence: targets.evidence },
  }
}

/** What models say of the rows `use` that were fitted, fold by fold, without the fold of the row; 0 of all others. */
function leftOut(
  folds: Uint8Array,
  use: (row: number) => boolean,
  learn: (used: (row: number) => boolean) => (row: number) => number,
): Float64Array {
  const said = new Float64Array(folds.length)
  const mine = Array.from({ length: FOLDS }, (_, fold) =>
    Array.from(folds.keys()).filter((i) => folds[i] === fold && use(i)),
  )
  mine.forEach((own, fold) => {
    if (own.length === 0) return
    const say = learn((i) => use(i) && folds[i] !== fold)
    for (const i of own) said[i] = say(i)
  })
  return said
}

/** Evidence of every row's text. */
export const evidenceOfAll = (rows: readonly Row[]): Float64Array =>
  Float64Array.from(rows, ({ text }) => evidenceOf(fold(text)))

function contextLogit(row: Row, { unit, weights }: Table): number {
  const parts = contextLogits(row, { context: { unit, limit: CONTEXT_LIMIT }, tables: { context: weights } })
  return parts.reduce((sum, part) => sum + part, 0)
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
): Band {
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

import { type Label, within } from '../classify/label.ts'
import { sigmoid } from '../classify/logit.ts'
import { combine, contextLogits } from '../classify/score.ts'
import type { CrossFitted } from './crossfit.ts'
import type { Row } from './data.ts'
import { evidenceOfAll, type Fitted, fitParameters, sessionProbability } from './fit.ts'
import { FOLDS } from './folds.ts'
import { playSessions } from './session-model.ts'

/** A row as a classifier judges it that knows neither the row nor its source, pair or session. */
export interface Judged {
  row: Row
  /** probability of non-coding by text and context alone */
  alone: number
  aloneLabel: Label
  /** the same two with the session, where there is one */
  nonCoding: number
  label: Label
  /** raw text logits, in floats and in 8 bits */
  float: number
  eight: number
}

/** Judges every row with everything, thresholds included, fitted on the other folds. */
export function judgeAll(rows: readonly Row[], crossFitted: CrossFitted): Judged[] {
  const judged: Judged[] = []
  const evidence = evidenceOfAll(rows)
  for (let fold = 0; fold < FOLDS; fold++) {
    const mine = (i: number) => crossFitted.folds[i] === fold
    const fitted = fitParameters(rows, crossFitted, (i) => !mine(i))
    judgeFold(rows, mine, crossFitted, evidence, fitted, judged)
  }
  return judged
}

function judgeFold(
  rows: readonly Row[],
  mine: (row: number) => boolean,
  { eight, float }: CrossFitted,
  evidence: Float64Array,
  fitted: Fitted,
  judged: Judged[],
): void {
  const { text, thresholds, context, contextTable } = fitted
  const logits = Float64Array.from(rows, (row, i) => {
    if (!mine(i)) return 0
    const parts = contextLogits(row, { context, tables: { context: contextTable } })
    return combine(
      text.slope * eight[i]! + text.intercept,
      parts[0]! + parts[1]! + parts[2]!,
      thresholds.alone.nonCoding,
    )
  })
  const turns = new Map(playSessions(rows, logits, evidence).map((turn) => [turn.row, turn]))
  rows.forEach((row, i) => {
    if (!mine(i)) return
    const alone = sigmoid(logits[i]!)
    const aloneLabel = evidence[i]! < thresholds.evidence ? 'unsure' : within(alone, thresholds.alone)
    const one = { row, alone, aloneLabel, nonCoding: alone, label: aloneLabel, float: float[i]!, eight: eight[i]! }
    const turn = turns.get(i)
    if (turn !== undefined) {
      one.nonCoding = sessionProbability(rows, turn, fitted.session)
      one.label = turn.known < thresholds.evidence ? 'unsure' : within(one.nonCoding, thresholds.session)
    }
    judged.push(one)
  })
}

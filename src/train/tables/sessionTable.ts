import { type Model, readModel } from '../../classify/model.ts'
import { crossFit, type Repeats } from '../crossfit.ts'
import type { Row } from '../data.ts'
import { type Judged, judge, type Verdict } from '../eval/judge.ts'
import { auc, falseAlarmsAt, recallAt } from '../eval/metrics.ts'
import { weightsOf } from '../eval/slice.ts'
import { leftOutModels } from '../train.ts'

/** How a model ranks the turns of left-out sessions, and the sessions as wholes. */
export interface SessionFigures {
  model: string
  turns: { auc: number; recallAt1: number; recallAt3: number; falseAlarmsAt75: number }
  /** AUC of the mean probability of a session */
  sessions: number
}

/** Text models with and without the clear turns of other sessions. */
const texts: readonly [string, Repeats][] = [
  ['no sessions in the text model', { train: 1, written: 3, session: 0 }],
  ["sessions' clear turns × 3", { train: 1, written: 3, session: 3 }],
]

type Reading = readonly [name: string, change: (model: Model) => Model, verdict: (one: Judged) => Verdict]

const readings: readonly Reading[] = [
  ['each request alone', (model) => model, (one) => one.alone],
  ['logistic memory of the session', withoutTrees, (one) => one.verdict],
]
const withTrees: Reading = ['the same corrected by trees', (model) => model, (one) => one.verdict]

/** The same model without the trees that correct the logistic regression over a session's memory. */
function withoutTrees(model: Model): Model {
  const none = { trees: { depth: 0, features: [], bounds: [], answers: [] } }
  return { ...model, session: { ...model.session, ...none } }
}

/** Makes whole left-out classifiers of each text model, and reads the shared sessions with and without what they know of sessions. */
export function sessionTable(rows: readonly Row[], say: (line: string) => void): SessionFigures[] {
  return texts.flatMap(([text, repeats]) => {
    const crossFitted = crossFit(rows, say, { repeats })
    const models = leftOutModels(rows, crossFitted).map(readModel)
    const known = 'trees' in models[0]!.session ? [...readings, withTrees] : readings
    return known.map(([name, change, verdict]) => {
      const changed = models.map(change)
      const judged = judge(rows, (i) => changed[crossFitted.folds[i]!]!)
      const turns = judged.filter(({ row }) => row.from === 'session' && !row.own)
      return figures(`${name}, ${text}`, turns, verdict)
    })
  })
}

function figures(model: string, turns: readonly Judged[], verdict: (one: Judged) => Verdict): SessionFigures {
  const weights = weightsOf(turns)
  const cases = turns.map((one, i) => ({
    ...{ score: verdict(one).nonCoding, target: one.row.target, weight: weights[i]! },
  }))
  const sessions = [...Map.groupBy(turns, ({ row }) => row.group).values()].map((own) => ({
    score: own.reduce((sum, one) => sum + verdict(one).nonCoding, 0) / own.length,
    target: own[0]!.row.genuine ? (0 as const) : (1 as const),
    weight: 1,
  }))
  return {
    model,
    turns: {
      auc: auc(cases),
      recallAt1: recallAt(cases, 0.01),
      recallAt3: recallAt(cases, 0.03),
      falseAlarmsAt75: falseAlarmsAt(cases, 0.75),
    },
    sessions: auc(sessions),
  }
}

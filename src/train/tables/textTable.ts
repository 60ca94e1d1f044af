import { type Repeats, trainingOrder } from '../crossfit.ts'
import type { Row } from '../data.ts'
import { auc, type Case, falseAlarmsAt, recallAt } from '../eval/metrics.ts'
import { rowWeights } from '../eval/slice.ts'
import { FOLDS, foldsOf } from '../folds.ts'
import type { TextWeights } from '../text-model.ts'
import { type Features, featuresOf } from './extract.ts'
import { inEightBits, logitOf, pruned, trainLinear } from './linear.ts'
import { blocks, oneTable, type Shape, smallBlocks } from './shapes.ts'

/** How a model of single texts ranks what it has not seen. */
export interface TextFigures {
  model: string
  /** single prompts of left-out sources */
  sources: Ranking
  /** AUC of left-out prompts that were written for the purpose, ours apart, of the hand-written cases, and of session turns */
  written: number
  own: number
  cases: number
  turns: number
}

/** AUC, recall at 1 % false alarms, false alarms at a recall of three quarters. */
export interface Ranking {
  auc: number
  recallAt1: number
  falseAlarmsAt75: number
}

/** Models that are trained once, and what is made of their weights. */
interface Training {
  shape: Shape
  repeats: Repeats
  derived: readonly [name: string, derive: (model: TextWeights) => TextWeights][]
}

const as = (name: string): [string, (model: TextWeights) => TextWeights] => [name, (model) => model]
const PRUNED = 1_500_000

/** The text models of the recipes that run here. */
const trainings: readonly Training[] = [
  {
    shape: oneTable,
    repeats: { train: 1, written: 0, session: 0 },
    derived: [as('n-grams in one table, without written')],
  },
  {
    shape: oneTable,
    repeats: { train: 1, written: 3, session: 0 },
    derived: [as('n-grams in one table, written × 3')],
  },
  {
    shape: blocks,
    repeats: { train: 1, written: 3, session: 0 },
    derived: [
      as('blocks, written × 3'),
      ['blocks in 8 bits', inEightBits],
      ['blocks, 1.5 million weights kept', (model) => pruned(model, PRUNED)],
    ],
  },
  {
    shape: smallBlocks,
    repeats: { train: 1, written: 3, session: 0 },
    derived: [as('blocks, tables of 2^18, 2^18, 2^16, 2^16, characters 2-4')],
  },
  {
    shape: blocks,
    repeats: { train: 1, written: 3, session: 1 },
    derived: [as("blocks, sessions' clear turns × 1")],
  },
  {
    shape: blocks,
    repeats: { train: 1, written: 3, session: 3 },
    derived: [as("blocks, sessions' clear turns × 3"), ["blocks, sessions' clear turns × 3, in 8 bits", inEightBits]],
  },
]

/** Trains every model on the folds of the rows and has it rank the left-out fold; cases are ranked by the mean of the five. */
export function textTable(rows: readonly Row[], cases: readonly Row[], say: (line: string) => void): TextFigures[] {
  const folds = foldsOf(rows)
  let known: { shape: Shape; features: Features } | undefined
  const all = [...rows, ...cases]
  return trainings.flatMap(({ shape, repeats, derived }) => {
    if (known?.shape !== shape) {
      const texts = all.map(({ text }) => text)
      known = { shape, features: featuresOf(texts, shape) }
    }
    const { features } = known
    const logits = derived.map(() => new Float64Array(all.length))
    for (let fold = 0; fold < FOLDS; fold++) {
      const order = trainingOrder(rows, (row) => folds[row] === fold, repeats)
      const bits = shape.blocks.map((block) => block.bits)
      const trained = trainLinear(rows, features, order, bits, fold + 1)
      derived.forEach(([, derive], d) => {
        const model = derive(trained)
        const own = logits[d]!
        rows.forEach((_, i) => {
          if (folds[i] === fold) own[i] = logitOf(model, features, i)
        })
        for (let i = rows.length; i < all.length; i++) own[i] = own[i]! + logitOf(model, features, i) / FOLDS
      })
    }
    return derived.map(([model], d) => {
      say(`${model}: read`)
      return figures(model, all, rows.length, logits[d]!)
    })
  })
}

/** Rows from index `ofCases` on are the cases. */
function figures(model: string, rows: readonly Row[], ofCases: number, logits: Float64Array): TextFigures {
  const casesOf = (test: (row: Row, i: number) => boolean): Case[] => {
    const kept = rows.flatMap((row, i) => (test(row, i) ? [i] : []))
    const weights = rowWeights(kept.map((i) => rows[i]!))
    return kept.map((i, n) => ({ score: logits[i]!, target: rows[i]!.target, weight: weights[n]! }))
  }
  const left = (from: Row['from'], own: boolean) =>
    auc(casesOf((row, i) => i < ofCases && row.from === from && row.own === own))
  const sources = casesOf(({ from }) => from === 'train')
  return {
    model,
    sources: { auc: auc(sources), recallAt1: recallAt(sources, 0.01), falseAlarmsAt75: falseAlarmsAt(sources, 0.75) },
    written: left('written', false),
    own: left('written', true),
    cases: auc(casesOf((row, i) => i >= ofCases && row.from === 'written')),
    turns: left('session', false),
  }
}

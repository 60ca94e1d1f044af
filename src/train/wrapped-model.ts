import { fold, sizeOf } from '../classify/fold.ts'
import { clip } from '../classify/logit.ts'
import type { Trees } from '../classify/trees.ts'
import { wrappedFeatures, wrappedValues } from '../classify/wrapped.ts'
import { boost } from './boost.ts'
import { balanced } from './calibrate.ts'
import type { CrossFitted } from './crossfit.ts'
import type { Row } from './data.ts'

/** More of the whole's own logit never speaks against non-coding; of the payload's it may: then code around it kept the whole low. */
const trees = {
  ...{ trees: 40, depth: 3, rate: 0.06, ridge: 5, least: 10 },
  asks: wrappedFeatures.map((_, feature) => feature),
  rising: [wrappedFeatures.indexOf('text')],
}
/** Boosting starts from the whole's logit, within these bounds. */
const LIMIT = 6

/** The features of every row that has a wrapper, from the raw logits of left-out models. */
export const valuesOfWrapped = (
  rows: readonly Row[],
  { eight, wrapped }: CrossFitted,
  calibrated: (raw: number) => number,
): Map<number, Float64Array> =>
  new Map(
    Array.from(wrapped, ([i, { payload, own, ...rest }]) => {
      const parts = {
        payload: { ...payload, logit: calibrated(payload.logit) },
        own: { ...own, logit: own.size === 0 ? 0 : calibrated(own.logit) },
      }
      const { text, role } = rows[i]!
      const values = wrappedValues({ ...parts, ...rest }, calibrated(eight[i]!), sizeOf(fold(text)), role === 'tool')
      return [i, values.slice()]
    }),
  )

/** Trees that correct the logits of wrapped texts, fitted on the rows `use` of them that can be judged alone. */
export function fitWrapped(
  rows: readonly Row[],
  values: ReadonlyMap<number, Float64Array>,
  use: (row: number) => boolean,
): Trees {
  const isUsed = (i: number) => use(i) && values.has(i) && !rows[i]!.needsContext
  const weights = balanced(rows, isUsed)
  const used = [...values.keys()].filter(isUsed)
  if (used.length === 0) return { depth: trees.depth, features: [], bounds: [], answers: [] }
  const scale = used.length / used.reduce((sum, i) => sum + weights[i]!, 0)
  const observations = used.map((i) => {
    const features = values.get(i)!
    return { features, target: rows[i]!.target, weight: weights[i]! * scale, offset: clip(features[0]!, LIMIT) }
  })
  return boost(observations, trees)
}

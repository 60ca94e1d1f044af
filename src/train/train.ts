import { writeModel } from '../classify/model.ts'
import { trainCategories } from './category-model.ts'
import { type CrossFitted, type RoundedText, trainingOrder } from './crossfit.ts'
import type { Row } from './data.ts'
import { fitParameters } from './fit.ts'
import { FOLDS, foldCount } from './folds.ts'
import { quantise } from './quantise.ts'
import { trainText } from './text-model.ts'

/** The whole classifier, as the bytes of its weights file: the same rows give the same bytes. */
export function train(rows: readonly Row[], crossFitted: CrossFitted): Uint8Array {
  const order = trainingOrder(rows, () => false)
  const { bias, tables } = trainText(rows, order, 17)
  return assemble(rows, crossFitted, { bias, tables: tables.map(quantise) }, () => true)
}

/**
 * The weights files of one whole classifier a fold, made like the one that ships, but of everything outside the fold: thresholds and calibration
 * included, nothing in it has seen the fold's sources, pairs and sessions. They give labels; of categories they know nothing.
 */
export function leftOutModels(rows: readonly Row[], crossFitted: CrossFitted): Uint8Array[] {
  const coarse = { ...crossFitted, folds: crossFitted.folds.map((fold) => fold % FOLDS) }
  return Array.from({ length: foldCount(crossFitted.folds) }, (_, fold) => {
    const isOutside = (row: number) => crossFitted.folds[row] !== fold
    return assemble(rows, coarse, crossFitted.texts[fold]!, isOutside, [])
  })
}

/** Puts a text model together with what is fitted on top of it from the rows `use`. */
function assemble(
  rows: readonly Row[],
  crossFitted: CrossFitted,
  text: RoundedText,
  use: (row: number) => boolean,
  categorised: readonly Row[] = rows,
): Uint8Array {
  const fitted = fitParameters(rows, crossFitted, use)
  const categories = trainCategories(categorised)
  const { bias, tables } = text
  return writeModel({
    text: { bias, ...fitted.text, units: tables.map(({ unit }) => unit) },
    wrapped: fitted.wrapped,
    context: fitted.context,
    session: fitted.session,
    thresholds: fitted.thresholds,
    category: categories.category,
    tables: { blocks: tables.map(({ weights }) => weights), context: fitted.contextTable, category: categories.table },
  })
}

import { type Model, writeModel } from '../classify/model.ts'
import { trainCategories } from './category-model.ts'
import { type CrossFitted, trainingOrder } from './crossfit.ts'
import type { Row } from './data.ts'
import { fitParameters } from './fit.ts'
import { quantise } from './quantise.ts'
import { trainText } from './text-model.ts'

/** The whole classifier, as the bytes of its weights file: the same rows give the same bytes. */
export function train(rows: readonly Row[], crossFitted: CrossFitted): Uint8Array {
  const fitted = fitParameters(rows, crossFitted, () => true)
  const weights = trainText(
    rows,
    trainingOrder(rows, () => false),
    17,
  )
  const tables = weights.tables.map(quantise)
  const categories = trainCategories(rows)
  const model: Omit<Model, 'version'> = {
    text: { bias: weights.bias, ...fitted.text, units: tables.map(({ unit }) => unit) },
    context: fitted.context,
    session: fitted.session,
    thresholds: fitted.thresholds,
    category: categories.category,
    tables: { blocks: tables.map((table) => table.weights), context: fitted.contextTable, category: categories.table },
  }
  return writeModel(model)
}

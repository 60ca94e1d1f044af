import type { Model } from '../../classify/model.ts'
import { shared } from '../../config.ts'
import { crossFit } from '../crossfit.ts'
import { loadRows, OWN, type Row } from '../data.ts'
import { foldPerSource, foldsOf } from '../folds.ts'
import { leftOutModels } from '../train.ts'
import { keptModels } from './keptModels.ts'
import type { Options } from './options.ts'

/** The rows, and for each fold of them a model that knows nothing of it. */
export interface Setting {
  rows: readonly Row[]
  folds: Uint8Array
  models: readonly Model[]
}

/** Reads the rows, and reads or makes the models, when they are first asked for. */
export function settingOnce(
  { own, eachSource, kept }: Pick<Options, 'own' | 'eachSource' | 'kept'>,
  say: (line: string) => void,
): () => Setting {
  let known: Setting | undefined
  return () => {
    if (known) return known
    const rows = loadRows(shared(), own ? OWN : undefined)
    const folds = eachSource ? foldPerSource(rows) : foldsOf(rows)
    const models = keptModels(rows, folds, () => leftOutModels(rows, crossFit(rows, say, { folds })), kept)
    known = { rows, folds, models }
    return known
  }
}

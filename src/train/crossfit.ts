import type { Table } from '../classify/model.ts'
import { type Wrapped, wrappedIn } from '../classify/wrapped.ts'
import type { Row } from './data.ts'
import { foldCount, foldsOf } from './folds.ts'
import { quantise } from './quantise.ts'
import { logitOfBlocks, type TextWeights, textLogit, trainText } from './text-model.ts'

/** How often a row of each file is seen per epoch. */
export type Repeats = Record<Row['from'], number>

const asShipped: Repeats = { train: 1, written: 3, session: 3 }

/** Raw text logits of every row, made by a model that saw neither the row nor any other row of its group. */
export interface CrossFitted {
  folds: Uint8Array
  /** with the weights as they were trained */
  float: Float32Array
  /** with the same weights in 8 bits */
  eight: Float32Array
  /** the rows that have a wrapper, their parts read with the same weights in 8 bits */
  wrapped: ReadonlyMap<number, Wrapped>
  /** the text model of the rows outside each fold, in 8 bits */
  texts: readonly RoundedText[]
}

/** A text model as it ships: integers and their units. */
export interface RoundedText {
  bias: number
  tables: readonly Table[]
}

/** The rows that text alone can teach, as often as they count; `skip` names rows to leave out. */
export function trainingOrder(
  rows: readonly Row[],
  skip: (row: number) => boolean,
  repeats: Repeats = asShipped,
): Uint32Array {
  const order: number[] = []
  rows.forEach(({ from, needsContext }, i) => {
    if (!needsContext && !skip(i)) for (let n = 0; n < repeats[from]; n++) order.push(i)
  })
  return Uint32Array.from(order)
}

/** Trains one text model per fold on the other folds and reads the fold's rows with it. */
export function crossFit(
  rows: readonly Row[],
  say: (line: string) => void,
  { repeats, folds = foldsOf(rows) }: { repeats?: Repeats; folds?: Uint8Array } = {},
): CrossFitted {
  const count = foldCount(folds)
  const float = new Float32Array(rows.length)
  const eight = new Float32Array(rows.length)
  const wrapped = new Map<number, Wrapped>()
  const texts: RoundedText[] = []
  for (let fold = 0; fold < count; fold++) {
    const weights = trainText(
      rows,
      trainingOrder(rows, (i) => folds[i] === fold, repeats),
      fold + 1,
    )
    const text = { bias: weights.bias, tables: weights.tables.map(quantise) }
    const rounded = inFloats(text)
    texts.push(text)
    rows.forEach(({ text, role }, i) => {
      if (folds[i] !== fold) return
      float[i] = textLogit(weights, text, role)
      eight[i] = textLogit(rounded, text, role)
      const apart = wrappedIn(text, (counted) => logitOfBlocks(rounded, counted))
      if (apart) wrapped.set(i, apart)
    })
    say(`fold ${fold + 1} of ${count} read by a model of the others`)
  }
  return { folds, float, eight, wrapped, texts }
}

function inFloats({ bias, tables }: RoundedText): TextWeights {
  return { bias, tables: tables.map(({ unit, weights }) => new Float32Array(weights).map((weight) => weight * unit)) }
}

import { anyCodingClient, CONTEXT_BITS, contextParts, countContext, shareOf } from '../classify/context.ts'
import { clip } from '../classify/logit.ts'
import type { Table } from '../classify/model.ts'
import { addTerm, mostTerms } from '../classify/vocabulary.ts'
import type { Row } from './data.ts'
import { type Column, fitColumns, type Observed } from './ridge.ts'

/** The context may move a logit by so much at most: weak evidence, for misuse hides behind coding clients. */
export const CONTEXT_LIMIT = 1

/** A term that fewer sessions or rows than these carry says nothing: it would tell their authors apart, not their subjects. */
const LEAST = 8
/** Ridge penalty on the weight of a term, in units of sessions. */
const RIDGE = 10
/** The same for what all clients of coding tools have in common: they send most of all traffic, and misuse claims to be them. */
const RIDGE_CODING = 60
const BARELY = 1e-3

const carries = ({ system, tools, client }: Row) => system !== undefined || tools !== undefined || client !== undefined
const groupOf = ({ from, group }: Row) => `${from} ${group}`

/**
 * Fits what system prompt, tool names and client add to the text's calibrated logit (`offsets`, held fixed), on rows that
 * carry any of them. A session is one observation, whatever its length, since its context is.
 */
export function trainContext(rows: readonly Row[], offsets: ArrayLike<number>, use: (row: number) => boolean): Table {
  const chosen = rows.flatMap((row, i) => (carries(row) && use(i) ? [i] : []))
  const observed = chosen.map((i) => rows[i]!)
  const terms = termsOf(observed)
  const common = presences(observed)
  const fitted = fitColumns([...common, ...terms.map(({ column }) => column)], {
    ...weighted(observed),
    offsets: Float64Array.from(chosen, (i) => clip(offsets[i]!, 6)),
  })
  return packed(terms.map(({ hash }, i) => ({ hash, weight: fitted[common.length + i]! })))
}

/** The terms that enough sessions carry, those of most sessions first, and where they occur. */
function termsOf(rows: readonly Row[]): { hash: number; column: Column }[] {
  const found = new Map<number, { groups: Set<string>; values: Map<number, number> }>()
  rows.forEach((row, at) => {
    const { terms, sizes } = countContext(row)
    contextParts.forEach((_, part) => {
      for (const hash of terms[part]!.subarray(0, sizes[part]!)) {
        const term = found.get(hash) ?? { groups: new Set(), values: new Map() }
        found.set(hash, term)
        term.groups.add(groupOf(row))
        term.values.set(at, (term.values.get(at) ?? 0) + shareOf(part, sizes[part]!))
      }
    })
  })
  return [...found]
    .filter(([, { groups }]) => groups.size >= LEAST)
    .sort((a, b) => b[1].groups.size - a[1].groups.size)
    .slice(0, mostTerms(1 << CONTEXT_BITS))
    .map(([hash, { values }]) => ({ hash, column: columnOf(values, hash === anyCodingClient ? RIDGE_CODING : RIDGE) }))
}

/**
 * That a request has a system prompt, how long it is, that it has tools or a client, and its role: which of them
 * somebody wrote down is a habit of the data and no evidence. They are fitted along, so that no term stands in for them,
 * and dropped.
 */
function presences(rows: readonly Row[]): Column[] {
  const is = (holds: boolean | undefined) => (holds ? 1 : 0)
  const numbers: ((row: Row) => number)[] = [
    ({ role }) => is(role === 'tool'),
    ({ role }) => is(role === 'user'),
    ({ system }) => is(system !== undefined),
    (row) => Math.sqrt(countContext(row).sizes[0]!) / 8,
    ({ tools }) => is(tools && tools.length > 0),
    ({ client }) => is(client !== undefined),
  ]
  return numbers.map((number) => {
    const values = rows.map((row, at) => [at, number(row)] as const)
    return columnOf(new Map(values.filter(([, value]) => value !== 0)), BARELY)
  })
}

const columnOf = (values: ReadonlyMap<number, number>, ridge: number): Column => ({
  observations: Uint32Array.from(values.keys()),
  values: Float64Array.from(values.values()),
  ridge,
})

function weighted(rows: readonly Row[]): Omit<Observed, 'offsets'> {
  const turns = new Map<string, number>()
  for (const row of rows) turns.set(groupOf(row), (turns.get(groupOf(row)) ?? 0) + 1)
  return {
    targets: Uint8Array.from(rows, ({ target }) => target),
    weights: Float64Array.from(rows, (row) => 1 / turns.get(groupOf(row))!),
  }
}

/** The terms in 8 bits; those that round to 0 are left out. */
function packed(terms: readonly { hash: number; weight: number }[]): Table {
  const weights = new Int8Array(1 << CONTEXT_BITS)
  const unit = Math.max(...terms.map(({ weight }) => Math.abs(weight)), 0) / 127 || 1
  for (const { hash, weight } of terms) {
    const rounded = Math.round(weight / unit)
    if (rounded !== 0) addTerm(weights, hash, rounded)
  }
  return { unit, weights }
}

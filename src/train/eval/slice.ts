import type { Label } from '../../classify/label.ts'
import type { Row } from '../data.ts'
import type { Judged, Verdict } from './judge.ts'
import { auc, type Case, calibrationError, falseAlarmsAt } from './metrics.ts'

/** How some rows were judged. Shares are 0 to 1, NaN where undefined. */
export interface Slice {
  name: string
  rows: number
  auc: number
  /** share of coding judged non_coding, of non-coding judged non_coding, of all judged unsure */
  falseAlarms: number
  recall: number
  unsure: number
  /** share of coding that would be called non-coding where three quarters of the non-coding are found */
  falseAlarmsAt75: number
  calibrationError: number
}

interface Weighed extends Case {
  label: Label
}

/** A source of fewer rows of a label, or a session of fewer turns, counts as its rows do: an average over two rows is chance. */
const FULL = { train: 30, written: Number.POSITIVE_INFINITY, session: 4 }

/** Measures rows; sources and sessions weigh equally, so that a large templated one does not hide the rest. */
export function slice(
  name: string,
  judged: readonly Judged[],
  verdict: (one: Judged) => Verdict = (one) => one.verdict,
): Slice {
  const weights = weightsOf(judged)
  const cases: Weighed[] = judged.map((one, i) => {
    const { nonCoding, label } = verdict(one)
    return { score: nonCoding, label, target: one.row.target, weight: weights[i]! }
  })
  return {
    name,
    rows: judged.length,
    auc: auc(cases),
    falseAlarms: share(cases.filter(isCoding), isFlagged),
    recall: share(cases.filter(isNonCoding), isFlagged),
    unsure: share(cases, ({ label }) => label === 'unsure'),
    falseAlarmsAt75: falseAlarmsAt(cases, 0.75),
    calibrationError: calibrationError(cases),
  }
}

/** The weighed share of cases that pass a test; NaN of none. */
const share = (cases: readonly Weighed[], test: (one: Weighed) => boolean) => total(cases.filter(test)) / total(cases)

const total = (cases: readonly Case[]) => cases.reduce((sum, { weight }) => sum + weight, 0)
const isCoding = ({ target }: Case) => target === 0
const isNonCoding = ({ target }: Case) => target === 1
const isFlagged = ({ label }: Weighed) => label === 'non_coding'

/** What each row counts: a source by label, and a session, count as one. */
export const weightsOf = (judged: readonly Judged[]): number[] => rowWeights(judged.map(({ row }) => row))

/** The same of plain rows. */
export function rowWeights(rows: readonly Row[]): number[] {
  const key = ({ from, group, target }: Row) => (from === 'session' ? group : `${group} ${target}`)
  const sizes = new Map<string, number>()
  for (const row of rows) sizes.set(key(row), (sizes.get(key(row)) ?? 0) + 1)
  return rows.map((row) => (row.from === 'written' ? 1 : 1 / Math.max(sizes.get(key(row))!, FULL[row.from])))
}

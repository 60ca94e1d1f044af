import type { Judged } from './judge.ts'
import { weightsOf } from './slice.ts'

/** How the rows of one group (a category, a source) and one label were judged; shares of their weight. */
export interface GroupReport {
  name: string
  truth: 'coding' | 'non_coding'
  rows: number
  judged: { coding: number; nonCoding: number; unsure: number }
}

/** Rows written for a purpose by that, turns by what their session is, others by what they are about. */
export const categoryOf = ({ row }: Judged) => (row.from === 'train' ? row.category : row.kind || row.category)

/** The repository that a row came from. */
export const sourceOf = ({ row }: Judged) => row.group

/** How each group of a set was judged, coding first, the worst first. */
export function groupsOf(set: string, judged: readonly Judged[], nameOf: (one: Judged) => string): GroupReport[] {
  const weights = weightsOf(judged)
  const weighed = judged.map((one, i) => ({ one, weight: weights[i]! }))
  const groups = Map.groupBy(weighed, ({ one }) => `${one.row.target} ${nameOf(one)}`)
  const reports = [...groups.values()].map((group): GroupReport => {
    const total = group.reduce((sum, { weight }) => sum + weight, 0)
    const share = (label: string) =>
      group.reduce((sum, { one, weight }) => sum + (one.verdict.label === label ? weight : 0), 0) / total
    const { one } = group[0]!
    return {
      name: `${set}: ${nameOf(one)}`,
      truth: one.row.target === 1 ? 'non_coding' : 'coding',
      rows: group.length,
      judged: { coding: share('coding'), nonCoding: share('non_coding'), unsure: share('unsure') },
    }
  })
  const badness = ({ truth, judged: { nonCoding } }: GroupReport) => (truth === 'coding' ? nonCoding : -nonCoding)
  return reports.sort((a, b) => a.truth.localeCompare(b.truth) || badness(b) - badness(a))
}

import type { z } from 'zod'
import type { LedgerEntry } from '../../account.ts'
import type { summary } from '../../api/summary.ts'
import type { Label } from '../../classify/label.ts'
import type { ApiClient } from './apiClient.ts'
import type { LabelCounts } from './screen/traffic.ts'

export type Standing = z.output<typeof summary>

/** What a person of support can see of the server: its ledger, its accounts, its counters. */
export interface Records {
  /** The ledger entries of accounts that were not read yet, in order of time. */
  news(accountIds: Iterable<string>): Promise<LedgerEntry[]>
  /** How accounts stand. */
  standing(accountIds: readonly string[]): Promise<Standing[]>
  /** New events since the last call, by label. */
  labels(): Promise<LabelCounts>
}

const accountPath = (accountId: string) => `/v1/accounts/${encodeURIComponent(accountId)}`

export function recordsOf(support: ApiClient): Records {
  const read = new Map<string, number>()
  let counted = labelsIn('')
  const entriesOf = async (accountId: string): Promise<LedgerEntry[]> => {
    const all: LedgerEntry[] = []
    for (let after: number | null = read.get(accountId) ?? 0; after !== null; ) {
      const page: { entries: LedgerEntry[]; next: number | null } = await support.get(
        `${accountPath(accountId)}/timeline?after=${after}`,
      )
      all.push(...page.entries)
      after = page.next
    }
    read.set(accountId, all.at(-1)?.seq ?? read.get(accountId) ?? 0)
    return all
  }
  return {
    async news(accountIds) {
      const own = await Promise.all(Array.from(new Set(accountIds), entriesOf))
      return own.flat().sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    },
    standing: (accountIds) => Promise.all(accountIds.map((one) => support.get<Standing>(accountPath(one)))),
    async labels() {
      const before = counted
      counted = labelsIn(await support.text('/metrics'))
      return byLabel((label) => counted[label] - before[label])
    },
  }
}

/** The counters of labels in Prometheus' text. */
const labelsIn = (metrics: string): LabelCounts =>
  byLabel((label) => {
    const line = new RegExp(`^lanekeeper_classifications_total\\{label="${label}"\\} (\\d+)$`, 'm')
    return Number(line.exec(metrics)?.[1] ?? 0)
  })

const byLabel = (of: (label: Label) => number): LabelCounts => ({
  ...{ coding: of('coding'), non_coding: of('non_coding'), unsure: of('unsure') },
})

import type { Advanced, EventOutcome } from '../account.ts'
import type { Label } from '../classify/label.ts'

/** What a replay came across. */
export interface Counts {
  outcomes: Record<EventOutcome, number>
  labels: Record<Label, number>
  /** Ledger entries by type, restrictions imposed by kind, and shadow matches by rule. */
  entries: Record<string, number>
  imposed: Record<string, number>
  shadow: Record<string, number>
  broken: number
}

export const noCounts = (): Counts => ({
  outcomes: { evidence: 0, metered: 0, duplicate: 0, late: 0, overflow: 0 },
  labels: { coding: 0, non_coding: 0, unsure: 0 },
  entries: {},
  imposed: {},
  shadow: {},
  broken: 0,
})

/** Adds one input's outcome. */
export function count(counts: Counts, { outcome, classification, entries, shadow }: Advanced): void {
  if (outcome) counts.outcomes[outcome]++
  if (classification) counts.labels[classification.label]++
  for (const entry of entries) {
    add(counts.entries, entry.type)
    if (entry.type === 'RestrictionImposed') add(counts.imposed, entry.restriction.kind)
  }
  for (const { match } of shadow) add(counts.shadow, match.rule)
}

const add = (counts: Record<string, number>, key: string) => {
  counts[key] = (counts[key] ?? 0) + 1
}

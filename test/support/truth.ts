import type { LedgerEntry } from '../../src/account.ts'

/** A line of `truth.jsonl`: what an account must have been through by the end. */
export interface Truth {
  accountId: string
  persona: string
  /** Least and most violations. */
  violations: [number, number]
  ever: string[]
  /** null: any. */
  final: string | null
}

export { genuine } from '../../src/train/streams/expectation.ts'

/** What an account's entries came to, as one line, and whether that is its truth. */
export function judged(
  { violations: [least, most], ever, final }: Truth,
  entries: readonly LedgerEntry[] = [],
): { matches: boolean; found: string } {
  const violations = entries.filter(({ type }) => type === 'ViolationRecorded').length
  const imposed = entries.flatMap((entry) => (entry.type === 'RestrictionImposed' ? [entry.restriction.kind] : []))
  const last = entries.findLast(
    ({ type }) => type === 'RestrictionImposed' || type === 'RestrictionEased' || type === 'RestrictionLifted',
  )
  const end = last && 'restriction' in last ? last.restriction.kind : 'none'
  // Where the number of violations may vary, so may the restrictions beyond those that must have been.
  const exactly = least === most ? new Set(imposed).size === ever.length : true
  const passed = ever.every((kind) => imposed.includes(kind as 'throttle')) && exactly
  const matches = violations >= least && violations <= most && passed && (final === null || final === end)
  return { matches, found: `${violations} violations, ${imposed.join(' → ') || 'no restriction'}, finally ${end}` }
}

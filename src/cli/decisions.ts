import type { LedgerEntry } from '../account.ts'
import type { RecordedViolation } from '../decide/events.ts'
import type { ExaminedLeaf } from '../evaluate/examine.ts'
import { readableNumber } from '../explain/wording.ts'
import { shortTime } from './demo/text.ts'

/** What became of an account, and why, in one sentence. */
export interface Decision {
  at: number
  accountId: string
  kind: 'throttled' | 'suspended' | 'banned' | 'on probation' | 'back to normal'
  sentence: string
}

const IMPOSED = { throttle: 'throttled', suspension: 'suspended', ban: 'banned' } as const
const ORDINALS = ['first', 'second', 'third']
const WINDOWS: Record<string, string> = { '1h': 'the last hour', '24h': 'the last 24 hours', '7d': 'the last 7 days' }

/** Reads ledger entries in their order and tells which of them changed a restriction, and why: the violation stands before it. */
export function decisionReader(): (entry: LedgerEntry) => Decision | undefined {
  const reasons = new Map<string, string>()
  const counts = new Map<string, number>()
  return (entry) => {
    const { accountId } = entry
    if (entry.type === 'ViolationRecorded') {
      const nth = (counts.get(accountId) ?? 0) + 1
      counts.set(accountId, nth)
      reasons.set(entry.violation.id, reasonOf(entry.violation, nth))
    }
    const told = toldOf(entry, reasons)
    return told && { at: Date.parse(entry.at), accountId, kind: told[0], sentence: `${accountId} ${told.join('')}` }
  }
}

/** What an entry did to a restriction, and the rest of the sentence. */
function toldOf(entry: LedgerEntry, reasons: ReadonlyMap<string, string>): [Decision['kind'], string] | undefined {
  switch (entry.type) {
    case 'RestrictionImposed': {
      const { kind, until, cause } = entry.restriction
      return [IMPOSED[kind], `${until ? ` until ${shortTime(Date.parse(until))}` : ''}: ${reasons.get(cause)}`]
    }
    case 'RestrictionEased':
      return ['on probation', ': the suspension is over, a throttle stays until coding is seen again']
    case 'RestrictionLifted':
      return ['back to normal', entry.recovery ? `: ${recoveryOf(entry.recovery)}` : ': an appeal was won']
    default:
      return undefined
  }
}

/** "27 of 31 requests of the last hour were not about coding (rule sustained-non-coding, first violation)" */
function reasonOf({ rule, match: { leaves } }: RecordedViolation, nth: number): string {
  const found = leaves.find(({ fact, held }) => held && /^usage\.\w+\.nonCodingShare$/.test(fact))
  const span = found?.fact.split('.')[1] ?? ''
  const share = actual(leaves, `usage.${span}.nonCodingShare`)
  const nonCoding = actual(leaves, `usage.${span}.nonCoding`)
  const seen =
    share && nonCoding
      ? `${nonCoding} of ${Math.round(nonCoding / share)} requests of ${WINDOWS[span]} were not about coding`
      : listed(leaves)
  return `${seen} (rule ${rule}, ${ORDINALS[nth - 1] ?? `${nth}th`} violation)`
}

/** "23 of the last 25 requests were about coding (rule coding-resumed)" */
function recoveryOf({ rule, leaves }: { rule: string; leaves: readonly ExaminedLeaf[] }): string {
  const share = actual(leaves, 'recovery.codingShare')
  const coding = actual(leaves, 'recovery.coding')
  const seen =
    share && coding
      ? `${coding} of the last ${Math.round(coding / share)} judged requests were about coding`
      : listed(leaves)
  return `${seen} (rule ${rule})`
}

function actual(leaves: readonly ExaminedLeaf[], fact: string): number | undefined {
  const value = leaves.find((leaf) => leaf.fact === fact)?.actual
  return typeof value === 'number' ? value : undefined
}

/** Facts of any other rule as they are. */
const listed = (leaves: readonly ExaminedLeaf[]): string =>
  leaves
    .filter(({ held }) => held)
    .map(({ fact, actual }) => `${fact} ${typeof actual === 'number' ? readableNumber(actual) : actual}`)
    .join(', ')

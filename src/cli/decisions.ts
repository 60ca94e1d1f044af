import type { LedgerEntry } from '../account.ts'
import type { RecordedRestriction, RecordedViolation } from '../decide/events.ts'
import type { Wording } from '../evaluate/documents.ts'
import type { ExaminedLeaf } from '../evaluate/examine.ts'
import { factsInWords } from '../explain/statement.ts'
import { readableTime } from '../explain/wording.ts'

/** What became of an account, and why, in one sentence. */
export interface Decision {
  at: number
  accountId: string
  kind: 'throttled' | 'suspended' | 'banned' | 'on probation' | 'back to normal'
  sentence: string
}

const IMPOSED = { throttle: 'throttled', suspension: 'suspended', ban: 'banned' } as const
const FAVOUR = { appeal: 'an appeal was won', ban_declined: 'a reviewer decided in its favour' } as const
const ORDINALS = ['first', 'second', 'third']
const WINDOWS: Record<string, string> = { '1h': 'the last hour', '24h': 'the last 24 hours', '7d': 'the last 7 days' }

/**
 * Reads ledger entries in their order and tells which of them changed a restriction, and why: the violation stands before it.
 * `wording` says what facts mean that have no sentence here.
 */
export function decisionReader(wording: Wording): (entry: LedgerEntry) => Decision | undefined {
  const reasons = new Map<string, string>()
  const active = new Map<string, Set<string>>()
  return (entry) => {
    const { accountId } = entry
    const own = active.get(accountId) ?? new Set<string>()
    if (entry.type === 'ViolationVoided') own.delete(entry.violationId)
    if (entry.type === 'ViolationRecorded') {
      active.set(accountId, own.add(entry.violation.id))
      reasons.set(entry.violation.id, reasonOf(entry.violation, own.size, wording))
    }
    const told = toldOf(entry, reasons, wording)
    return told && { at: Date.parse(entry.at), accountId, kind: told[0], sentence: `${accountId} ${told.join('')}` }
  }
}

/** What an entry did to a restriction, and the rest of the sentence. */
function toldOf(
  entry: LedgerEntry,
  reasons: ReadonlyMap<string, string>,
  wording: Wording,
): [Decision['kind'], string] | undefined {
  switch (entry.type) {
    case 'RestrictionImposed': {
      const { kind, cause } = entry.restriction
      if (entry.carriedOver) return ['banned', ', as before its record was erased']
      const held = kind === 'suspension' && entry.restriction.until === undefined ? ' until a ban is reviewed' : ''
      return [IMPOSED[kind], `${untilOf(entry.restriction) || held}: ${reasons.get(cause)}`]
    }
    case 'RestrictionEased':
      if (entry.reason === 'term_ended')
        return ['on probation', ': the suspension is over, a throttle stays until coding is seen again']
      return [IMPOSED[entry.restriction.kind], `${untilOf(entry.restriction)} only: ${FAVOUR[entry.reason]}`]
    case 'RestrictionLifted':
      if (entry.reason === 'appeal') return ['back to normal', ': appeal won, whole again']
      return ['back to normal', `: ${entry.recovery ? recoveryOf(entry.recovery, wording) : FAVOUR.ban_declined}`]
    default:
      return undefined
  }
}

const untilOf = ({ until }: RecordedRestriction) => (until ? ` until ${readableTime(Date.parse(until))}` : '')

/** "27 of 31 requests of the last hour were not about coding (rule sustained-non-coding, first violation)" */
function reasonOf({ rule, match: { leaves } }: RecordedViolation, nth: number, wording: Wording): string {
  const found = leaves.find(({ fact, held }) => held && /^usage\.\w+\.nonCodingShare$/.test(fact))
  const span = found?.fact.split('.')[1] ?? ''
  const share = actual(leaves, `usage.${span}.nonCodingShare`)
  const nonCoding = actual(leaves, `usage.${span}.nonCoding`)
  const seen =
    share && nonCoding
      ? `${nonCoding} of ${Math.round(nonCoding / share)} requests of ${WINDOWS[span]} were not about coding`
      : factsInWords(leaves, wording)
  return `${seen} (rule ${rule}, ${ORDINALS[nth - 1] ?? `${nth}th`} violation)`
}

/** "23 of the last 25 requests were about coding (rule coding-resumed)" */
function recoveryOf({ rule, leaves }: { rule: string; leaves: readonly ExaminedLeaf[] }, wording: Wording): string {
  const share = actual(leaves, 'recovery.codingShare')
  const coding = actual(leaves, 'recovery.coding')
  const seen =
    share && coding
      ? `${coding} of the last ${Math.round(coding / share)} judged requests were about coding`
      : factsInWords(leaves, wording)
  return `${seen} (rule ${rule})`
}

function actual(leaves: readonly ExaminedLeaf[], fact: string): number | undefined {
  const value = leaves.find((leaf) => leaf.fact === fact)?.actual
  return typeof value === 'number' ? value : undefined
}

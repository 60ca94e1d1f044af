import { expect, test } from 'vitest'
import type { LedgerEntry } from '../../src/account.ts'
import { decisionReader } from '../../src/cli/decisions.ts'
import type { ExaminedLeaf } from '../../src/evaluate/examine.ts'
import { defaultDocuments } from '../support/engine.ts'

const wording = (await defaultDocuments()).notices.en
const at = '2026-11-09T14:05:00.000Z'
const envelope = { accountId: 'dana-writes', seq: 1, at, actor: 'system', rulesVersion: 'x' }
const leaf = (fact: string, actual: number): ExaminedLeaf => ({
  fact,
  operator: 'greaterThanInclusive',
  value: 1,
  actual,
  held: true,
})
const cause = { id: 'req-1', time: at }

function violation(id: string, rule: string, leaves: ExaminedLeaf[]): LedgerEntry {
  const match = { rule, leaves }
  const kind = { severity: 'major', category: 'non_coding_use', plan: 'lite' } as const
  return { ...envelope, type: 'ViolationRecorded', violation: { id, rule, ...kind, match, evidence: [], event: cause } }
}

const imposed = (kind: 'throttle' | 'suspension' | 'ban', id: string, until?: string): LedgerEntry => ({
  ...envelope,
  type: 'RestrictionImposed',
  restriction: { id: 'res', kind, since: at, cause: id, ...(until ? { until } : {}) },
})

const sentences = (...entries: LedgerEntry[]) => {
  const decisionOf = decisionReader(wording)
  return entries.flatMap((entry) => decisionOf(entry)?.sentence ?? [])
}

test('a restriction is told with the numbers of its violation, its rule, and which violation it was', () => {
  const share = [
    leaf('usage.1h.nonCoding', 27),
    leaf('usage.1h.nonCodingDistinct', 12),
    leaf('usage.1h.nonCodingShare', 27 / 31),
  ]
  const told = sentences(
    violation('a', 'sustained-non-coding', share),
    imposed('throttle', 'a'),
    violation('b', 'sustained-non-coding', share),
    imposed('suspension', 'b', '2026-11-10T14:05:00.000Z'),
  )
  expect(told).toEqual([
    'dana-writes throttled: 27 of 31 requests of the last hour were not about coding (rule sustained-non-coding, first violation)',
    'dana-writes suspended until 2026-11-10 14:05 UTC: 27 of 31 requests of the last hour were not about coding (rule sustained-non-coding, second violation)',
  ])
})

test("another rule's facts are told in the words of the rule set", () => {
  const told = sentences(violation('a', 'account-sharing', [leaf('usage.24h.devices', 9)]), imposed('throttle', 'a'))
  expect(told).toEqual([
    'dana-writes throttled: devices in the last 24 hours: 9 (threshold 1) (rule account-sharing, first violation)',
  ])
})

test('a ban from before an erasure is told as such', () => {
  const restriction = { id: 'res', kind: 'ban' as const, since: at, cause: 'c' }
  const carriedOver = { violations: ['a', 'b', 'c'], plan: 'pro' as const }
  expect(sentences({ ...envelope, type: 'RestrictionImposed', restriction, carriedOver })).toEqual([
    'dana-writes banned, as before its record was erased',
  ])
})

test('recovery is told with what was seen', () => {
  const recovery = { rule: 'coding-resumed', leaves: [leaf('recovery.coding', 23), leaf('recovery.codingShare', 0.92)] }
  const told = sentences({
    ...envelope,
    type: 'RestrictionLifted',
    restrictionId: 'res',
    reason: 'recovered',
    recovery,
  })
  expect(told).toEqual([
    'dana-writes back to normal: 23 of the last 25 judged requests were about coding (rule coding-resumed)',
  ])
})

test('what a reviewer eased or lifted says so, and a voided violation no longer counts', () => {
  const eased = (kind: 'throttle' | 'suspension', reason: 'appeal' | 'term_ended', until?: string): LedgerEntry => ({
    ...envelope,
    type: 'RestrictionEased',
    restriction: { id: 'res', kind, since: at, cause: 'a', ...(until ? { until } : {}) },
    reason,
  })
  const voided: LedgerEntry = { ...envelope, type: 'ViolationVoided', violationId: 'b', reason: 'appeal' }
  const devices = [leaf('usage.24h.devices', 9)]
  const told = sentences(
    violation('a', 'r', devices),
    imposed('throttle', 'a'),
    violation('b', 'r', devices),
    imposed('suspension', 'b'),
    voided,
    eased('suspension', 'appeal', '2026-11-10T14:05:00.000Z'),
    eased('throttle', 'appeal'),
    eased('throttle', 'term_ended'),
    { ...envelope, type: 'RestrictionLifted', restrictionId: 'res', reason: 'appeal' },
    violation('c', 'r', devices),
    imposed('suspension', 'c'),
  )
  const seen = 'devices in the last 24 hours: 9 (threshold 1)'
  expect(told.map((sentence) => sentence.replace('dana-writes ', ''))).toEqual([
    `throttled: ${seen} (rule r, first violation)`,
    `suspended until a ban is reviewed: ${seen} (rule r, second violation)`,
    'suspended until 2026-11-10 14:05 UTC only: an appeal was won',
    'throttled only: an appeal was won',
    'on probation: the suspension is over, a throttle stays until coding is seen again',
    'back to normal: appeal won, whole again',
    `suspended until a ban is reviewed: ${seen} (rule r, second violation)`,
  ])
})

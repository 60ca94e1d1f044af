import { describe, expect, test } from 'vitest'
import type { LedgerEntry } from '../../src/account.ts'
import type { Entitlement } from '../../src/entitle/entitlement.ts'
import { ledgerFindings, ordinalFindings } from './ledgers.ts'
import { letterFindings } from './letters.ts'
import { publicationFindings } from './publications.ts'

describe('two ledgers', () => {
  const ledgers = { ada: ['{"at":1,"seq":1}', '{"seq":2,"violation":{"id":"v","rule":"drip"}}'], bo: ['{"seq":1}'] }

  test('that are the same have no differences', () => {
    expect(ledgerFindings(ledgers, structuredClone(ledgers))).toEqual([])
  })

  test('that differ are told by account, entry and path', () => {
    const other = { ada: [ledgers.ada[0]!, '{"seq":2,"violation":{"id":"v","rule":"sustained"}}'], bo: ['{"seq":1} '] }
    const [first, second, ...more] = ledgerFindings(ledgers, other)
    expect(first).toMatch(/^account ada, seq 2: differs at violation\.rule: .*drip.* is right, found was .*sustained/)
    expect(second).toMatch(/^account bo, seq 1: differs at its bytes/)
    expect(more).toEqual([])
  })

  test('of which one lacks an entry or an account are told too', () => {
    expect(ledgerFindings(ledgers, { ada: ledgers.ada.slice(0, 1), cy: ['{"seq":1}'] })).toEqual([
      `account ada, seq 2: is missing: ${ledgers.ada[1]}`,
      'account bo, seq 1: is missing: {"seq":1}',
      'account cy, seq 1: is one too many: {"seq":1}',
    ])
  })

  test('agree in how many inputs each account had, or it is told', () => {
    const right = new Map([...Object.entries({ ada: 3, bo: 1 })])
    expect(ordinalFindings(right, new Map(right))).toEqual([])
    expect(ordinalFindings(right, new Map([['ada', 4]]))).toEqual([
      'account ada: 3 inputs are right, 4 were counted',
      'account bo: 1 inputs are right, 0 were counted',
    ])
  })
})

describe('what was published', () => {
  const at = (minute: number) => `2026-11-02T09:0${minute}:00.000Z`
  const version = (version: number, access: Entitlement['access'], minute: number) =>
    ({ accountId: 'ada', version, access, updatedAt: at(minute) }) as Entitlement
  const outbox = [version(1, 'allow', 0), version(2, 'throttle', 1), version(3, 'allow', 2)]
  const ledger = [
    { accountId: 'ada', seq: 1, at: at(1), type: 'RestrictionImposed', restriction: { kind: 'throttle' } },
    { accountId: 'ada', seq: 2, at: at(2), type: 'RestrictionLifted' },
  ] as LedgerEntry[]
  const findings = (published: Entitlement[]) => publicationFindings({ published, outbox, ledger })

  test('may be published again as it was', () => {
    expect(findings(outbox)).toEqual([])
    expect(findings([...outbox.slice(0, 2), ...outbox.slice(0, 2), outbox[2]!])).toEqual([])
  })

  test('skips no version, and changes none', () => {
    const [first, second, third] = outbox as [Entitlement, Entitlement, Entitlement]
    expect(findings([first, third])).toContainEqual('entitlement of ada: version 3 came after version 1')
    expect(findings([first, second])).toContainEqual(
      'entitlement of ada: version 3 is not on the topic as it was decided',
    )
    expect(findings([...outbox, version(2, 'ban', 1)])).toEqual([
      'entitlement of ada: version 2 came with other content',
    ])
    expect(findings([...outbox, version(4, 'allow', 3)])).toEqual([
      'entitlement of ada: 4 versions on the topic, 3 decided',
    ])
  })

  test('tells of every change of a restriction', () => {
    const kept = outbox.map((one) => ({ ...one, access: 'allow' as const }))
    expect(publicationFindings({ published: kept, outbox: kept, ledger })).toEqual([
      `entitlement of ada: nobody was told of throttle at ${at(1)}`,
    ])
    expect(publicationFindings({ published: [], outbox: [], ledger })).toHaveLength(2)
  })
})

describe('dead letters', () => {
  const letter = (offset: number, value = 'junk') => ({
    ...{ partition: 1, offset, key: null, value: Buffer.from(value) },
  })
  const garbage = [letter(3), letter(5)]

  test('are the garbage, each piece once and byte for byte', () => {
    expect(letterFindings('table', garbage, [letter(5), letter(3)])).toEqual([])
    expect(letterFindings('table', garbage, [letter(3), letter(3), letter(5, 'other'), letter(9)])).toEqual([
      'table: the garbage at 1/3 came 2 times',
      'table: the garbage at 1/5 has other bytes',
      'table: the record at 1/9 is no garbage',
    ])
    expect(letterFindings('topic', garbage, [letter(3), letter(3)], true)).toEqual([
      'topic: the garbage at 1/5 is missing',
    ])
  })
})

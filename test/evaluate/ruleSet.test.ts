import { describe, expect, it } from 'vitest'
import { catalogue } from '../../src/evaluate/catalogue.ts'
import type { DetectRule } from '../../src/evaluate/documents.ts'
import { detect } from '../../src/evaluate/match.ts'
import { buildRuleSet, versionOf } from '../../src/evaluate/ruleSet.ts'
import { usageFacts } from '../../src/window/facts.ts'
import { noUsage } from '../../src/window/layout.ts'
import { defaultDocuments } from '../support/engine.ts'

const rule = (name: string, change: Partial<DetectRule> = {}): DetectRule => ({
  name,
  description: 'for a test',
  status: 'live',
  severity: 'major',
  conditions: { all: [{ fact: 'usage.1h.nonCoding', operator: 'greaterThanInclusive', value: 1 }] },
  event: { type: 'violation', params: { category: 'non_coding_use' } },
  ...change,
})
const facts = { 'usage.1h.nonCoding': 3 }
const nobody = () => false

describe('the version of a rule set', () => {
  it('does not depend on the order of files, on descriptions or on $schema', async () => {
    const documents = await defaultDocuments()
    const shuffled = {
      ...documents,
      detect: documents.detect.toReversed().map((one) => ({ ...one, description: 'other', $schema: 'x' })),
    }
    expect(versionOf(shuffled)).toBe(versionOf(documents))
  })

  it('changes with a threshold, a status, a word of a notice and the policy', async () => {
    const documents = await defaultDocuments()
    const changed = [
      { ...documents, detect: documents.detect.map((one) => ({ ...one, status: 'off' as const })) },
      { ...documents, policy: { ...documents.policy, noticeGraceMinutes: 61 } },
      { ...documents, notices: { ...documents.notices, zh: { ...documents.notices.zh, separator: '，' } } },
    ]
    expect(new Set([documents, ...changed].map(versionOf)).size).toBe(4)
  })
})

describe('detect rules', () => {
  it('make at most one violation: the highest severity, then the first by name', async () => {
    const documents = await defaultDocuments()
    const { detect: rules } = await buildRuleSet({
      ...documents,
      detect: [
        rule('b-minor', { severity: 'minor' }),
        rule('c-critical', { severity: 'critical' }),
        rule('a-critical', { severity: 'critical' }),
      ],
    })
    expect((await detect(rules, facts, [], nobody)).violation?.rule).toBe('a-critical')
    expect((await detect(rules, facts, [], (name) => name === 'a-critical')).violation?.rule).toBe('c-critical')
  })

  it('keep every leaf of a match: fact, operator, threshold and actual value', async () => {
    const { detect: rules } = await buildRuleSet({ ...(await defaultDocuments()), detect: [rule('a')] })
    expect((await detect(rules, facts, [], nobody)).violation).toEqual({
      rule: 'a',
      severity: 'major',
      category: 'non_coding_use',
      leaves: [{ fact: 'usage.1h.nonCoding', operator: 'greaterThanInclusive', value: 1, actual: 3, held: true }],
    })
  })

  it('in shadow are reported once until they stop holding, and never violate', async () => {
    const { detect: rules } = await buildRuleSet({
      ...(await defaultDocuments()),
      detect: [rule('s', { status: 'shadow' }), rule('o', { status: 'off' })],
    })
    const first = await detect(rules, facts, [], nobody)
    expect([first.violation, first.shadow.map((one) => one.rule), first.shadowHolding]).toEqual([
      undefined,
      ['s'],
      ['s'],
    ])
    expect((await detect(rules, facts, ['s'], nobody)).shadow).toEqual([])
    expect((await detect(rules, { 'usage.1h.nonCoding': 0 }, ['s'], nobody)).shadowHolding).toEqual([])
  })
})

it('every usage fact of the catalogue is made by the window, and none besides', () => {
  const listed = Object.keys(catalogue).filter((name) => catalogue[name]!.step === 'window')
  expect(Object.keys(usageFacts(noUsage, 0)).sort()).toEqual(listed.sort())
})

import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { lowerBound } from './bounds.ts'
import { catalogue, type Severity, severities } from './catalogue.ts'
import { type Conditions, leavesOf } from './conditions.ts'
import type { DetectRule, Language, Policy, RecoverRule, RuleDocuments, Wording } from './documents.ts'
import { enumerateLadder, type Ladder } from './ladder.ts'
import { compileScreen, type Screen } from './screen.ts'

/** A moment at which time alone may make a recover rule hold: minutes after the restriction began or the latest violation. */
export interface ClockThreshold {
  clock: 'restriction' | 'violation'
  minutes: number
}

/** What a throttled holder is told to do: the thresholds of the recover rule that asks for coding. */
export interface RecoveryNeeds {
  coding: number
  codingShare: number
  minutes: number
}

export type Compiled<Rule> = Rule & { screen: Screen }

/** A loaded rule set, ready to be evaluated. Equal documents have equal versions. */
export interface RuleSet {
  version: string
  documents: RuleDocuments
  policy: Policy
  notices: Record<Language, Wording>
  /** Live and shadow rules, the highest severity first, then by name: the first live match is the one that counts. */
  detect: readonly Compiled<DetectRule>[]
  recover: readonly Compiled<RecoverRule>[]
  ladder: Ladder
  clocks: readonly ClockThreshold[]
  needs: RecoveryNeeds
  supportedClients: ReadonlySet<string>
}

/** Builds a rule set from documents that have been checked; `check` in check/ is what tells an author about mistakes. */
export async function buildRuleSet(documents: RuleDocuments): Promise<RuleSet> {
  const recover = sorted(documents.recover.filter((rule) => rule.status === 'live')).map(compiled)
  const detect = sorted(documents.detect.filter((rule) => rule.status !== 'off')).map(compiled)
  return {
    version: versionOf(documents),
    documents,
    policy: documents.policy,
    notices: documents.notices,
    detect: detect.sort((a, b) => rank(b.severity) - rank(a.severity)),
    recover,
    ladder: await enumerateLadder(documents.enforce, categoriesOf(documents), Object.keys(documents.policy.plans)),
    clocks: recover.flatMap((rule) => clocksOf(rule.conditions)),
    needs: needsOf(recover),
    supportedClients: new Set(documents.policy.supportedClients.map((client) => client.toLowerCase())),
  }
}

/** Categories that a violation can have. */
export const categoriesOf = (documents: Pick<RuleDocuments, 'detect'>): string[] =>
  [...new Set(documents.detect.map((rule) => rule.event.params.category))].sort()

/** First 16 hex digits of the SHA-256 of the canonical JSON (RFC 8785); descriptions and `$schema` are documentation and left out. */
export function versionOf(documents: RuleDocuments): string {
  const bare = {
    ...documents,
    detect: sorted(documents.detect),
    enforce: sorted(documents.enforce),
    recover: sorted(documents.recover),
  }
  const text = canonicalize(
    JSON.parse(JSON.stringify(bare, (key, value) => (key === '$schema' || key === 'description' ? undefined : value))),
  )
  return createHash('sha256').update(text!).digest('hex').slice(0, 16)
}

const rank = (severity: Severity) => severities.indexOf(severity)
const sorted = <Rule extends { name: string }>(rules: readonly Rule[]): Rule[] =>
  [...rules].sort((a, b) => (a.name < b.name ? -1 : 1))
const compiled = <Rule extends { conditions: Conditions }>(rule: Rule): Compiled<Rule> => ({
  ...rule,
  screen: compileScreen(rule.conditions),
})

function clocksOf(conditions: Conditions): ClockThreshold[] {
  return leavesOf(conditions).flatMap(({ leaf }) => {
    const clock = catalogue[leaf.fact]?.clock
    return clock ? [leaf.value].flat().map((minutes) => ({ clock, minutes: Number(minutes) })) : []
  })
}

function needsOf(rules: readonly RecoverRule[]): RecoveryNeeds {
  const rule = rules.find(({ conditions }) => lowerBound(conditions, 'recovery.coding') > 0) ?? rules[0]
  const needed = (fact: string) => (rule ? Math.max(0, lowerBound(rule.conditions, fact)) : 0)
  return {
    coding: needed('recovery.coding'),
    codingShare: needed('recovery.codingShare'),
    minutes: needed('restriction.minutes'),
  }
}

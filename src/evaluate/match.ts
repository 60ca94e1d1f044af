import type { Facts, Severity } from './catalogue.ts'
import type { DetectRule, RecoverRule } from './documents.ts'
import { type ExaminedLeaf, examine } from './examine.ts'
import type { Compiled } from './ruleSet.ts'

/** A rule whose conditions held, with every leaf's fact, operator, threshold and actual value. */
export interface Match {
  rule: string
  leaves: ExaminedLeaf[]
}

/** A detect match, with what the violation will need. */
export interface DetectMatch extends Match {
  severity: Severity
  category: string
}

export interface Detection {
  /** The live match that counts: the highest severity, then the first by name. */
  violation?: DetectMatch
  /** Shadow rules that hold now and did not before. */
  shadow: DetectMatch[]
  /** Names of all shadow rules that hold now. */
  shadowHolding: string[]
}

/**
 * Evaluates the detect rules, which come sorted. `spared` are live rules that must not count against this account now, nor may
 * those that are pardoned with them; `holding` are the shadow rules that held before. json-rules-engine is run only where the screen cannot say no.
 */
export async function detect(
  rules: readonly Compiled<DetectRule>[],
  facts: Facts,
  holding: readonly string[],
  spared: (rule: string) => boolean,
): Promise<Detection> {
  const detection: Detection = { shadow: [], shadowHolding: [] }
  for (const rule of rules) {
    if (rule.status === 'live' && (detection.violation || isSpared(rule, spared))) continue
    if (!rule.screen(facts)) continue
    if (rule.status === 'shadow' && holding.includes(rule.name)) detection.shadowHolding.push(rule.name)
    else {
      const match = await matched(rule, facts)
      if (match) note(detection, rule, { ...match, severity: rule.severity, category: rule.event.params.category })
    }
  }
  return detection
}

const isSpared = ({ name, pardonedWith = [] }: DetectRule, spared: (rule: string) => boolean): boolean =>
  spared(name) || pardonedWith.some(spared)

/** The first recover rule that holds, if any. */
export async function recovered(rules: readonly Compiled<RecoverRule>[], facts: Facts): Promise<Match | undefined> {
  for (const rule of rules) {
    const match = rule.screen(facts) ? await matched(rule, facts) : undefined
    if (match) return match
  }
  return undefined
}

async function matched(rule: DetectRule | RecoverRule, facts: Facts): Promise<Match | undefined> {
  const { held, leaves } = await examine(rule, facts)
  return held ? { rule: rule.name, leaves } : undefined
}

function note(detection: Detection, rule: DetectRule, match: DetectMatch): void {
  if (rule.status === 'live') detection.violation = match
  else {
    detection.shadow.push(match)
    detection.shadowHolding.push(rule.name)
  }
}

import { type Facts, type Severity, severities } from './catalogue.ts'
import type { EnforceRule, Step } from './documents.ts'
import { examine } from './examine.ts'

/** What an enforce rule may read of a violation. */
export interface LadderCase {
  active: number
  severity: Severity
  category: string
  plan: string
}

/** From active violations to a step, in cells; counts above the last one are as the last. */
export interface Ladder {
  /** Every case that it distinguishes. */
  cases: readonly LadderCase[]
  /** The step for one case, or none if no enforce rule answers it. */
  prescribed(one: LadderCase): Step | undefined
  /** The name of the rule that answers it. */
  answeredBy(one: LadderCase): string | undefined
}

/** Counts beyond this one are told apart by no sane ladder; the proof of promise 3 looks at all of them up to here. */
export const MOST_VIOLATIONS = 6

const harshness = { throttle: 1, suspension: 2, ban: 3 } as const

/**
 * All that the live enforce rules can ever answer, decided by json-rules-engine once, when the set is loaded. Where several
 * rules answer one cell the mildest counts.
 */
export async function enumerateLadder(
  rules: readonly EnforceRule[],
  categories: readonly string[],
  plans: readonly string[],
): Promise<Ladder> {
  const cells = new Map<string, { step: Step; rule: string }>()
  const cases = ladderCases(categories, plans)
  for (const one of cases) {
    for (const rule of rules) {
      if (rule.status !== 'live' || !(await examine(rule, ladderFacts(one))).held) continue
      const known = cells.get(key(one))
      if (!known || isMilder(rule.event.params, known.step))
        cells.set(key(one), { step: rule.event.params, rule: rule.name })
    }
  }
  const cell = (one: LadderCase) => cells.get(key({ ...one, active: Math.min(one.active, MOST_VIOLATIONS) }))
  // A violation of a time when rules had other categories gets the mildest answer that any category gets today.
  const answer = (one: LadderCase) => {
    if (categories.includes(one.category)) return cell(one)
    const answers = categories.flatMap((category) => cell({ ...one, category }) ?? [])
    return answers.reduce<(typeof answers)[number] | undefined>(
      (best, next) => (!best || isMilder(next.step, best.step) ? next : best),
      undefined,
    )
  }
  return { cases, prescribed: (one) => answer(one)?.step, answeredBy: (one) => answer(one)?.rule }
}

function ladderCases(categories: readonly string[], plans: readonly string[]): LadderCase[] {
  const counts = Array.from({ length: MOST_VIOLATIONS }, (_, i) => i + 1)
  return counts.flatMap((active) =>
    severities.flatMap((severity) =>
      categories.flatMap((category) => plans.map((plan) => ({ active, severity, category, plan }))),
    ),
  )
}

const key = ({ active, severity, category, plan }: LadderCase) => `${active}|${severity}|${category}|${plan}`

const ladderFacts = ({ active, severity, category, plan }: LadderCase): Facts => ({
  'violations.active': active,
  'violation.severity': severity,
  'violation.category': category,
  'account.plan': plan,
})

/** Whether a restricts less than b: by kind, and of two suspensions the shorter. */
export function isMilder(a: Step, b: Step): boolean {
  if (a.kind === 'suspension' && b.kind === 'suspension') return a.hours < b.hours
  return harshness[a.kind] < harshness[b.kind]
}

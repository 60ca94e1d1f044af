import type { Facts } from '../../evaluate/catalogue.ts'
import type { Condition } from '../../evaluate/conditions.ts'
import type { RuleSet } from '../../evaluate/ruleSet.ts'

/** How near each live rule was to a match, by its name: the share reached of the threshold that was furthest away; 1 is a match. */
export interface Nearness {
  readonly [rule: string]: number
}

export const nearness = ({ detect }: Pick<RuleSet, 'detect'>, facts: Facts): Nearness =>
  Object.fromEntries(
    detect
      .filter(({ status }) => status === 'live')
      .map(({ name, conditions }) => [name, reached(conditions, facts)] as const),
  )

/** The greatest of several, rule by rule. */
export function nearest(several: readonly Nearness[]): Nearness {
  const greatest: Record<string, number> = {}
  for (const one of several)
    for (const [rule, share] of Object.entries(one)) greatest[rule] = Math.max(share, greatest[rule] ?? 0)
  return greatest
}

/** Only thresholds that a fact must reach keep an account away; whatever else is asked for counts as met, so this is never too little. */
function reached(node: Condition, facts: Facts): number {
  if ('all' in node) return Math.min(...node.all.map((child) => reached(child, facts)))
  if ('any' in node) return Math.max(...node.any.map((child) => reached(child, facts)))
  if ('not' in node || !node.operator.startsWith('greaterThan')) return 1
  return Math.min(1, Number(facts[node.fact]) / Number(node.value))
}

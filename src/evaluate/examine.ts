import { type ConditionProperties, Engine } from 'json-rules-engine'
import type { Facts } from './catalogue.ts'
import { type Conditions, type Leaf, leavesOf } from './conditions.ts'

/** One condition with what it met: enough to show a match, or how near a miss was. */
export interface ExaminedLeaf extends Leaf {
  actual: number | string
  held: boolean
  /** It stands below a `not` (an odd number of them): the rule wanted it not to hold. */
  negated?: true
}

export interface Examination {
  held: boolean
  leaves: ExaminedLeaf[]
}

interface LeafResult {
  result?: boolean
  factResult?: number | string
}
type NodeResult = LeafResult & { all?: NodeResult[]; any?: NodeResult[]; not?: NodeResult }

/**
 * What json-rules-engine says of one rule and these facts, leaf by leaf in order of reading. It makes an Engine a run:
 * an Engine that serves overlapping runs skips rules silently (7.3.1), and behind the screen a run is rare.
 */
export async function examine(rule: { name: string; conditions: Conditions }, facts: Facts): Promise<Examination> {
  const engine = new Engine([
    { name: rule.name, conditions: rule.conditions as { all: ConditionProperties[] }, event: { type: rule.name } },
  ])
  const { results, failureResults } = await engine.run({ ...facts })
  const result = results[0] ?? failureResults[0]
  const outcomes = flatten(result?.conditions as NodeResult)
  const leaves = leavesOf(rule.conditions).map(({ leaf, path }, index) => ({
    ...leaf,
    ...(path.filter((part) => part === 'not').length % 2 === 1 ? { negated: true as const } : {}),
    actual: outcomes[index]?.factResult ?? facts[leaf.fact]!,
    held: outcomes[index]?.result ?? false,
  }))
  return { held: results.length > 0, leaves }
}

function flatten(node: NodeResult): LeafResult[] {
  if (node.not) return flatten(node.not)
  return (node.all ?? node.any)?.flatMap(flatten) ?? [node]
}

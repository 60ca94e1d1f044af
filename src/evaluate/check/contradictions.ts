import { catalogue } from '../catalogue.ts'
import type { Condition, Leaf } from '../conditions.ts'
import type { LeafProblem } from './leaves.ts'

/** Lists of `all` whose conditions on one fact exclude each other, so that the rule can never match. */
export function checkContradictions(node: Condition, path: (string | number)[] = []): LeafProblem[] {
  if ('fact' in node) return []
  if ('not' in node) return checkContradictions(node.not, [...path, 'not'])
  const key = 'all' in node ? 'all' : 'any'
  const children = 'all' in node ? node.all : node.any
  const nested = children.flatMap((child, index) => checkContradictions(child, [...path, key, index]))
  if (!('all' in node)) return nested
  const leaves = node.all.filter((child): child is Leaf => 'fact' in child)
  const facts = [...new Set(leaves.map((leaf) => leaf.fact))].filter((fact) => catalogue[fact]?.type === 'number')
  const empty = facts.filter((fact) => isEmpty(leaves.filter((leaf) => leaf.fact === fact)))
  return [
    ...nested,
    ...empty.map((fact) => ({
      path: [...path, 'all'],
      message: `can never hold: its conditions on "${fact}" exclude each other`,
    })),
  ]
}

/** Whether no number meets every bound; open and closed ends are told apart. */
function isEmpty(leaves: readonly Leaf[]): boolean {
  let low = { value: -Infinity, isOpen: false }
  let high = { value: Infinity, isOpen: false }
  for (const { operator, value } of leaves) {
    if (typeof value !== 'number') continue
    const isLow = operator === 'greaterThan' || operator === 'greaterThanInclusive' || operator === 'equal'
    const isHigh = operator === 'lessThan' || operator === 'lessThanInclusive' || operator === 'equal'
    const bound = { value, isOpen: operator === 'greaterThan' || operator === 'lessThan' }
    if (isLow && (value > low.value || (value === low.value && bound.isOpen))) low = bound
    if (isHigh && (value < high.value || (value === high.value && bound.isOpen))) high = bound
  }
  return low.value > high.value || (low.value === high.value && (low.isOpen || high.isOpen))
}

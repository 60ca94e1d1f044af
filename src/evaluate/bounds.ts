import { catalogue } from './catalogue.ts'
import type { Condition, Leaf } from './conditions.ts'

/**
 * The least value of a numeric fact with which the conditions can hold, −Infinity if they do not demand one: what a rule is
 * sure to have seen when it matches.
 */
export function lowerBound(node: Condition, fact: string, negated = false): number {
  if ('fact' in node) return node.fact === fact ? leafBound(node, negated) : -Infinity
  if ('not' in node) return lowerBound(node.not, fact, !negated)
  const isAll = 'all' in node
  const bounds = (isAll ? node.all : node.any).map((child) => lowerBound(child, fact, negated))
  return isAll !== negated ? Math.max(...bounds) : Math.min(...bounds)
}

function leafBound({ fact, operator, value }: Leaf, negated: boolean): number {
  const above = (threshold: number) => (catalogue[fact]?.integer ? Math.floor(threshold) + 1 : threshold)
  const numbers = [value].flat().map(Number)
  const [first = Number.NaN] = numbers
  if (negated) {
    if (operator === 'lessThan') return first
    if (operator === 'lessThanInclusive') return above(first)
    return operator === 'notEqual' || operator === 'notIn' ? Math.min(...numbers) : -Infinity
  }
  if (operator === 'greaterThanInclusive') return first
  if (operator === 'greaterThan') return above(first)
  return operator === 'equal' || operator === 'in' ? Math.min(...numbers) : -Infinity
}

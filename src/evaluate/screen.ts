import type { Facts } from './catalogue.ts'
import type { Condition, Leaf } from './conditions.ts'

export type Screen = (facts: Facts) => boolean

/**
 * A rule's conditions as one predicate, thousands of times cheaper than a run of the engine. Where it says no the engine
 * would say no, so the run can be spared; where it says yes the engine decides. A property test holds the two together.
 */
export function compileScreen(node: Condition): Screen {
  if ('fact' in node) return compileLeaf(node)
  if ('not' in node) {
    const inner = compileScreen(node.not)
    return (facts) => !inner(facts)
  }
  if ('all' in node) {
    const inner = node.all.map(compileScreen)
    return (facts) => inner.every((screen) => screen(facts))
  }
  const inner = node.any.map(compileScreen)
  return (facts) => inner.some((screen) => screen(facts))
}

function compileLeaf({ fact, operator, value }: Leaf): Screen {
  const list = Array.isArray(value) ? value : [value]
  const threshold = value as number
  switch (operator) {
    case 'equal':
      return (facts) => facts[fact] === value
    case 'notEqual':
      return (facts) => facts[fact] !== value
    case 'in':
      return (facts) => list.includes(facts[fact]!)
    case 'notIn':
      return (facts) => !list.includes(facts[fact]!)
    case 'lessThan':
      return ordered(fact, (actual) => actual < threshold)
    case 'lessThanInclusive':
      return ordered(fact, (actual) => actual <= threshold)
    case 'greaterThan':
      return ordered(fact, (actual) => actual > threshold)
    case 'greaterThanInclusive':
      return ordered(fact, (actual) => actual >= threshold)
  }
}

/** json-rules-engine compares in order only what parseFloat can read. */
function ordered(fact: string, holds: (actual: number) => boolean): Screen {
  return (facts) => {
    const actual = facts[fact] as number
    return (typeof actual === 'number' || !Number.isNaN(Number.parseFloat(actual))) && holds(actual)
  }
}

import type { FactInfo } from '../catalogue.ts'
import type { Leaf } from '../conditions.ts'

/** Whether a condition on a numeric fact can be true and false, over all values that the fact can take. */
export function possible(
  { operator, value }: Leaf,
  { min = -Infinity, max = Infinity, integer = false }: FactInfo,
): 'both' | 'never' | 'always' {
  const numbers = [value].flat().map(Number)
  const [v = 0] = numbers
  const reachable = numbers.some((one) => one >= min && one <= max && (!integer || Number.isInteger(one)))
  switch (operator) {
    case 'equal':
    case 'in':
      return reachable ? 'both' : 'never'
    case 'notEqual':
    case 'notIn':
      return reachable ? 'both' : 'always'
    case 'greaterThanInclusive':
      return outcome(max >= v, min >= v)
    case 'greaterThan':
      return outcome(max > v, min > v)
    case 'lessThanInclusive':
      return outcome(min <= v, max <= v)
    case 'lessThan':
      return outcome(min < v, max < v)
  }
}

const outcome = (canHold: boolean, mustHold: boolean) => {
  if (!canHold) return 'never'
  return mustHold ? 'always' : 'both'
}

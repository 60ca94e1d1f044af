import { catalogue, type FactInfo, factNames, type RuleKind } from '../catalogue.ts'
import { type Conditions, type Leaf, leavesOf } from '../conditions.ts'
import { nearest } from './nearest.ts'
import { possible } from './possible.ts'

export interface LeafProblem {
  path: (string | number)[]
  message: string
}

const listOperators = ['in', 'notIn']
const orderOperators = ['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive']

/** What is wrong with the single conditions of a rule: unknown facts, wrong types, thresholds that never or always hold. */
export function checkLeaves(conditions: Conditions, kind: RuleKind, categories: readonly string[]): LeafProblem[] {
  return leavesOf(conditions).flatMap(({ leaf, path }) => {
    const info = Object.hasOwn(catalogue, leaf.fact) ? catalogue[leaf.fact] : undefined
    if (!info) {
      const hint = nearest(leaf.fact, factNames(kind)) || `; schema/${kind}-rule.schema.json lists them`
      return [{ path: [...path, 'fact'], message: `"${leaf.fact}" is not a fact${hint}` }]
    }
    if (!info.readers.includes(kind)) {
      const message = `"${leaf.fact}" can be read by ${info.readers.join(' and ')} rules only${nearest(leaf.fact, factNames(kind))}`
      return [{ path: [...path, 'fact'], message }]
    }
    const message = typeProblem(leaf, info, categories) ?? rangeProblem(leaf, info)
    return message ? [{ path: [...path, 'value'], message }] : []
  })
}

function typeProblem(
  { fact, operator, value }: Leaf,
  info: FactInfo,
  categories: readonly string[],
): string | undefined {
  if (listOperators.includes(operator) !== Array.isArray(value))
    return Array.isArray(value)
      ? `is a list, but "${operator}" compares with one value`
      : `must be a list for "${operator}"`
  if (info.type === 'string' && orderOperators.includes(operator))
    return `"${operator}" compares numbers, but "${fact}" is a word`
  const wrong = [value].flat().find((one) => typeof one !== info.type)
  if (wrong !== undefined) return `${JSON.stringify(wrong)} is a ${typeof wrong}, but "${fact}" is a ${info.type}`
  const known = fact === 'violation.category' ? categories : info.values
  const unknown = known && [value].flat().find((one) => !known.includes(String(one)))
  return unknown === undefined
    ? undefined
    : `"${unknown}" is never the value of "${fact}" (${known!.join(', ')})${nearest(String(unknown), known!)}`
}

function rangeProblem(leaf: Leaf, info: FactInfo): string | undefined {
  if (info.type !== 'number') return undefined
  const isOpen = info.max === undefined || info.max === Number.MAX_SAFE_INTEGER
  const range = isOpen ? `is ${info.min} or more` : `lies between ${info.min} and ${info.max}`
  const whole = info.integer ? ', in whole numbers' : ''
  const outcome = possible(leaf, info)
  return outcome === 'both' ? undefined : `${outcome} holds, choose another: "${leaf.fact}" ${range}${whole}`
}

import { z } from 'zod'

/** The operators that a rule may use, each as json-rules-engine defines it. None of the facts is a list, so the two operators for lists are left out. */
export const operators = [
  'equal',
  'notEqual',
  'in',
  'notIn',
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
] as const

const scalar = z.union([z.number(), z.string()])

const leaf = z.strictObject({
  fact: z.string().min(1).describe('a name of the facts catalogue'),
  operator: z.enum(operators),
  value: z.union([scalar, z.array(scalar).min(1)]).describe('the threshold; a list for in and notIn'),
})
export type Leaf = z.infer<typeof leaf>

const all = z.strictObject({
  get all() {
    return z.array(condition).min(1)
  },
})
const any = z.strictObject({
  get any() {
    return z.array(condition).min(1)
  },
})
const not = z.strictObject({
  get not() {
    return condition
  },
})

export type Condition = Leaf | { all: Condition[] } | { any: Condition[] } | { not: Condition }

export const condition: z.ZodType<Condition> = z.lazy(() => z.union([leaf, all, any, not]))

/** The top of a rule's conditions: json-rules-engine wants all, any or not there, never a bare leaf. */
export const conditions = z.union([all, any, not])
export type Conditions = z.infer<typeof conditions>

/** A leaf with its place in the rule, e.g. `['all', 0]`. */
export interface PlacedLeaf {
  leaf: Leaf
  path: (string | number)[]
}

/** Every leaf in order of reading. */
export function leavesOf(node: Condition, path: (string | number)[] = []): PlacedLeaf[] {
  if ('fact' in node) return [{ leaf: node, path }]
  if ('not' in node) return leavesOf(node.not, [...path, 'not'])
  const key = 'all' in node ? 'all' : 'any'
  const list = 'all' in node ? node.all : node.any
  return list.flatMap((child, index) => leavesOf(child, [...path, key, index]))
}

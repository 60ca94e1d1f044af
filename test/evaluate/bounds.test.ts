import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lowerBound } from '../../src/evaluate/bounds.ts'
import { type Condition, operators } from '../../src/evaluate/conditions.ts'
import { compileScreen } from '../../src/evaluate/screen.ts'

const FACT = 'usage.1h.nonCodingDistinct'
const leaf: fc.Arbitrary<Condition> = fc
  .record({
    fact: fc.constantFrom(FACT, 'usage.1h.coding'),
    operator: fc.constantFrom(...operators),
    value: fc.nat(12),
    more: fc.nat(12),
  })
  .map(({ more, ...rest }) =>
    rest.operator === 'in' || rest.operator === 'notIn' ? { ...rest, value: [rest.value, more] } : rest,
  )
const { node } = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    tie('node').map((not) => ({ not })),
  ),
}))

it('no rule ever holds below the bound that is said to be demanded', () => {
  fc.assert(
    fc.property(node, fc.nat(12), fc.nat(12), (rule, distinct, coding) => {
      if (compileScreen(rule)({ [FACT]: distinct, 'usage.1h.coding': coding }))
        expect(distinct).toBeGreaterThanOrEqual(lowerBound(rule, FACT))
    }),
    { numRuns: 5000 },
  )
})

const at = (operator: 'greaterThan' | 'greaterThanInclusive' | 'lessThan', value: number): Condition => ({
  fact: FACT,
  operator,
  value,
})

it.each<[string, Condition, number]>([
  ['at least 10', at('greaterThanInclusive', 10), 10],
  ['more than 9, in whole numbers', at('greaterThan', 9), 10],
  ['not less than 10', { not: at('lessThan', 10) }, 10],
  [
    'the greater of two that must both hold',
    { all: [at('greaterThanInclusive', 4), at('greaterThanInclusive', 7)] },
    7,
  ],
  [
    'the lesser of two of which one may hold',
    { any: [at('greaterThanInclusive', 4), at('greaterThanInclusive', 7)] },
    4,
  ],
  [
    'nothing, where another fact may do',
    { any: [at('greaterThanInclusive', 4), { fact: 'usage.1h.coding', operator: 'equal', value: 1 }] },
    -Infinity,
  ],
])('the bound is %s', (_name, rule, bound) => {
  expect(lowerBound(rule, FACT)).toBe(bound)
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Facts } from '../../src/evaluate/catalogue.ts'
import { type Condition, type Conditions, operators } from '../../src/evaluate/conditions.ts'
import { examine } from '../../src/evaluate/examine.ts'
import { compileScreen } from '../../src/evaluate/screen.ts'

const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0, -0, 0.5, 1e9, Number.MAX_SAFE_INTEGER, 1e-9),
)
const word = fc.constantFrom('lite', 'pro', '', '3', '-1x', 'Infinity')
const value = fc.oneof({ weight: 3, arbitrary: number }, word)

const leaf: fc.Arbitrary<Condition> = fc
  .record({
    fact: fc.constantFrom('a', 'b', 'c'),
    operator: fc.constantFrom(...operators),
    value,
    list: fc.array(value, { minLength: 1, maxLength: 3 }),
  })
  .map(({ list, ...rest }) => (rest.operator === 'in' || rest.operator === 'notIn' ? { ...rest, value: list } : rest))

const { node } = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('node'), { minLength: 1, maxLength: 4 }).map((all) => ({ all })),
    fc.array(tie('node'), { minLength: 1, maxLength: 4 }).map((any) => ({ any })),
    tie('node').map((not) => ({ not })),
  ),
}))
const conditions = node.map((inner): Conditions => ('fact' in inner ? { all: [inner] } : inner))
const facts: fc.Arbitrary<Facts> = fc.record({ a: value, b: value, c: value })

describe('the compiled screen', () => {
  it('says of random rules and facts what json-rules-engine says', async () => {
    await fc.assert(
      fc.asyncProperty(conditions, facts, async (rule, known) => {
        const { held } = await examine({ name: 'random', conditions: rule }, known)
        expect(compileScreen(rule)(known)).toBe(held)
      }),
      { numRuns: 3000 },
    )
  })

  it('agrees with the engine leaf by leaf, so that a near miss can be shown', async () => {
    await fc.assert(
      fc.asyncProperty(conditions, facts, async (rule, known) => {
        const { leaves } = await examine({ name: 'random', conditions: rule }, known)
        for (const { held, actual, ...one } of leaves) {
          expect(actual).toBe(known[one.fact])
          expect(held).toBe(compileScreen(one)(known))
        }
      }),
      { numRuns: 500 },
    )
  })
})

it('json-rules-engine is never asked twice at once with one Engine: overlapping examinations all answer', async () => {
  const rules = Array.from({ length: 50 }, (_, i) => ({
    name: `r${i}`,
    conditions: { all: [{ fact: 'a', operator: 'greaterThanInclusive' as const, value: i }] },
  }))
  const answers = await Promise.all(rules.map((rule) => examine(rule, { a: 25 })))
  expect(answers.map(({ held }) => held)).toEqual(rules.map((_, i) => i <= 25))
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addTerm, mostTerms, weightOf } from '../../src/classify/vocabulary.ts'

const BYTES = 256
const hash = fc.integer({ min: 0, max: 0xffffffff })
const weight = fc.integer({ min: -127, max: 127 })

describe('a table of known terms', () => {
  it('gives every term its weight, and none to a term that it does not hold, up to its last place', () => {
    const vocabulary = fc.uniqueArray(fc.tuple(hash, weight), {
      maxLength: mostTerms(BYTES),
      selector: ([term]) => term & 0xffffff || 1,
    })
    fc.assert(
      fc.property(vocabulary, fc.array(hash), (known, others) => {
        const table = new Int8Array(BYTES)
        for (const [term, value] of known) addTerm(table, term, value)
        for (const [term, value] of known) expect(weightOf(table, term)).toBe(value)
        const checks = new Set(known.map(([term]) => term & 0xffffff || 1))
        for (const term of others) if (!checks.has(term & 0xffffff || 1)) expect(weightOf(table, term)).toBe(0)
      }),
    )
  })
})

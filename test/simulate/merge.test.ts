import fc from 'fast-check'
import { expect, test } from 'vitest'
import { merge } from '../../src/simulate/merge.ts'

test('merging equals sorting all items by time, then by source', () => {
  const sources = fc.array(fc.array(fc.nat(20)))
  fc.assert(
    fc.property(sources, (times) => {
      const lists = times.map((list, source) => list.sort((a, b) => a - b).map((time) => ({ time, source })))
      const sorted = lists.flat().sort((a, b) => a.time - b.time || a.source - b.source)
      expect([...merge(lists.map((list) => list.values()))]).toEqual(sorted)
    }),
  )
})

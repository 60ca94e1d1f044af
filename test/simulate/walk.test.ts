import { expect, test } from 'vitest'
import { random } from '../../src/simulate/random.ts'
import { walk } from '../../src/simulate/walk.ts'

test('a walk meets everything once before it meets anything twice, whatever the size', () => {
  for (let size = 1; size <= 40; size++) {
    const items = Array.from({ length: size }, (_, i) => i)
    const next = walk(items, random(`${size}`))
    for (let round = 0; round < 2; round++) expect(new Set(items.map(() => next())).size).toBe(size)
  }
})

test('two walks go in different orders', () => {
  const items = Array.from({ length: 30 }, (_, i) => i)
  const order = (seed: string) => {
    const next = walk(items, random(seed))
    return items.map(() => next())
  }
  expect(order('a')).not.toEqual(order('b'))
})

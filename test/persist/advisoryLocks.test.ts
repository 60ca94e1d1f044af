import { expect, test } from 'vitest'
import { LOCK } from '../../src/persist/advisoryLocks.ts'

test('no two advisory locks are the same', () => {
  expect(new Set(Object.values(LOCK)).size).toBe(Object.keys(LOCK).length)
})

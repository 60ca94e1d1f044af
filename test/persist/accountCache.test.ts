import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AccountCache } from '../../src/persist/accountCache.ts'
import { accountOf, written } from '../../src/persist/accounts.ts'

it('keeps the accounts that were used last, so many as it may', () => {
  const step = fc.tuple(fc.constantFrom('write', 'read'), fc.integer({ min: 0, max: 9 }))
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 6 }), fc.array(step, { maxLength: 60 }), (most, steps) => {
      const cache = new AccountCache(most)
      let last: string[] = []
      for (const [what, number] of steps) {
        const id = `account-${number}`
        if (what === 'read') {
          const found = cache.get([id]).size === 1
          expect(found).toBe(last.includes(id))
          if (!found) continue
        } else {
          const before = accountOf(id, undefined)
          const write = written({ before, after: before.state, outcomes: [], inputs: [], dueAt: undefined })
          cache.expect([write])
          cache.saved([write], new Set())
        }
        last = most === 0 ? [] : [...last.filter((one) => one !== id), id].slice(-most)
      }
    }),
  )
})

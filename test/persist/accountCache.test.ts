import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AccountCache } from '../../src/persist/accountCache.ts'
import { type AccountWrite, accountOf, written } from '../../src/persist/accounts.ts'

function writeOf(id: string): AccountWrite {
  const before = accountOf(id, undefined)
  return written({ before, after: before.state, outcomes: [], inputs: [], dueAt: undefined })
}

it('keeps so many accounts that were used last, and at most twice as many', () => {
  const step = fc.tuple(fc.constantFrom('write', 'read'), fc.integer({ min: 0, max: 9 }))
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 6 }), fc.array(step, { maxLength: 60 }), (least, steps) => {
      const cache = new AccountCache(least)
      let last: string[] = []
      for (const [what, number] of steps) {
        const id = `account-${number}`
        if (what === 'read') {
          const found = cache.get([id]).size === 1
          if (last.slice(-least || last.length).includes(id)) expect(found).toBe(true)
          if (!last.slice(-2 * least || last.length).includes(id)) expect(found).toBe(false)
          if (!found) continue
        } else {
          const write = writeOf(id)
          cache.expect([write])
          cache.saved([write], new Set())
        }
        if (least > 0) last = [...last.filter((one) => one !== id), id]
      }
    }),
  )
})

it('misleads nobody with an account that was written at the second attempt', () => {
  const cache = new AccountCache(1)
  const write = writeOf('ada')
  cache.expect([write])
  cache.forget(['ada']) // another account of the commit was lost, and with it all of them
  expect(cache.isUntrue(write.after)).toBe(true)
  cache.expect([write])
  cache.saved([write], new Set())
  expect(cache.get(['ada']).get('ada')).toBe(write.after)
  expect(cache.isUntrue(write.after)).toBe(false)
})

it('lets go of what was written over', async () => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const cache = new AccountCache(100)
  const old: WeakRef<object>[] = []
  for (let round = 0; round < 20; round++)
    for (let number = 0; number < 50; number++) {
      const write = writeOf(`account-${number}`)
      cache.expect([write])
      cache.saved([write], new Set())
      old.push(new WeakRef(write.after))
    }
  await setImmediate() // until then what a WeakRef was made of is held
  collect()
  expect(old.filter((one) => one.deref()).length).toBeLessThan(100)
  expect(cache.get(['account-0']).size).toBe(1)
})

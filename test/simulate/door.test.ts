import { describe, expect, test } from 'vitest'
import type { GatewayEvent } from '../../src/decode/event.ts'
import type { Entitlement } from '../../src/entitle/entitlement.ts'
import { door } from '../../src/simulate/door.ts'

const request = (time: number, change: Partial<GatewayEvent> = {}): GatewayEvent => ({
  ...{ id: `req-${time}`, time, accountId: 'dana', plan: 'pro', inFlight: 3, input: { text: 'hi' } },
  ...change,
})
const entitlement = (change: Partial<Entitlement>): Entitlement => ({
  ...{ accountId: 'dana', version: 1, plan: 'pro', access: 'allow', maxConcurrency: 4, requestsPerMinute: null },
  ...{ benefits: {}, until: null, reason: null, rulesVersion: '', updatedAt: '', ...change },
})
const slow = entitlement({ version: 2, access: 'throttle', maxConcurrency: 1, requestsPerMinute: 2 })

test('who is not known, or not restricted, is let through as he comes', () => {
  const { learn, pass, restricted } = door()
  expect(pass(request(1))).toEqual(request(1))
  learn(entitlement({}))
  expect(pass(request(2))).toEqual(request(2))
  expect(restricted()).toEqual([])
})

test.each(['suspend', 'ban'] as const)('every request under %s is refused', (access) => {
  const { learn, pass, restricted } = door()
  learn(entitlement({ access, maxConcurrency: 0, requestsPerMinute: 0 }))
  expect(pass(request(1))).toEqual({ ...request(1), admitted: false })
  expect(pass(request(2, { accountId: 'bo' }))).toEqual(request(2, { accountId: 'bo' }))
  expect(restricted()).toEqual(['dana'])
})

describe('who is throttled', () => {
  test('is refused beyond the requests of a minute, and let through in the next', () => {
    const { learn, pass } = door()
    learn(slow)
    const admitted = [0, 20_000, 40_000, 59_999, 60_000, 61_000, 62_000].map((time) => pass(request(time)).admitted)
    expect(admitted).toEqual([undefined, undefined, false, false, undefined, undefined, false])
  })

  test('has no more requests in flight than granted: one too many waits', () => {
    const { learn, pass } = door()
    learn(slow)
    expect(pass(request(1)).inFlight).toBe(1)
  })
})

test('a version that comes late is dropped, and version 1 is a beginning', () => {
  const { learn, pass } = door()
  const three = entitlement({ version: 3 })
  expect([three, slow, three].map(learn)).toEqual([true, false, false])
  expect(pass(request(1))).toEqual(request(1))
  expect(learn({ ...slow, version: 1 })).toBe(true)
  expect(pass(request(2)).inFlight).toBe(1)
})

import { describe, expect, it } from 'vitest'
import type { Restriction } from '../../src/decide/enforcement.ts'
import { grant } from '../../src/entitle/entitlement.ts'
import { defaultDocuments } from '../support/engine.ts'

const { policy } = await defaultDocuments()
const since = Date.parse('2026-11-02T09:00:00Z')
const base = { id: 'res_1', since, cause: 'vio_1' }
const throttle: Restriction = { kind: 'throttle', ...base, labels: '' }
const suspension: Restriction = { kind: 'suspension', ...base, until: since + 86_400_000 }

describe('a plan grants', () => {
  it.each<[string, 'lite' | 'pro' | 'max', Restriction, object]>([
    [
      'what policy says while nothing is restricted',
      'max',
      { kind: 'none' },
      { access: 'allow', maxConcurrency: 8, requestsPerMinute: null, benefits: { priority: true }, until: null },
    ],
    [
      'a quarter of its concurrency under a throttle, and no priority',
      'max',
      throttle,
      { access: 'throttle', maxConcurrency: 2, requestsPerMinute: 10, benefits: { priority: false, peakHours: true } },
    ],
    ['at least one request at a time under a throttle', 'lite', throttle, { access: 'throttle', maxConcurrency: 1 }],
    [
      'nothing until its end under a suspension',
      'pro',
      suspension,
      { access: 'suspend', maxConcurrency: 0, requestsPerMinute: 0, until: '2026-11-03T09:00:00.000Z' },
    ],
    [
      'nothing, for nobody knows how long, while a ban is reviewed',
      'pro',
      { kind: 'suspension', ...base, until: null },
      { access: 'suspend', until: null },
    ],
    [
      'nothing under a ban',
      'pro',
      { kind: 'ban', ...base },
      { access: 'ban', maxConcurrency: 0, benefits: { priority: false, peakHours: false } },
    ],
  ])('%s', (_name, plan, restriction, expected) => {
    expect(grant(plan, restriction, policy)).toMatchObject(expected)
  })

  it('the stricter of the plan’s and the throttle’s rate', () => {
    const strict = structuredClone(policy)
    strict.plans.lite.requestsPerMinute = 4
    strict.plans.pro.requestsPerMinute = 60
    expect((['lite', 'pro', 'max'] as const).map((plan) => grant(plan, throttle, strict).requestsPerMinute)).toEqual([
      4, 10, 10,
    ])
    strict.restrictions.throttle.requestsPerMinute = null
    expect((['lite', 'max'] as const).map((plan) => grant(plan, throttle, strict).requestsPerMinute)).toEqual([4, null])
  })
})

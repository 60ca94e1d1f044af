import type { Restriction } from '../decide/enforcement.ts'
import type { Plan } from '../decode/event.ts'
import type { Policy } from '../evaluate/documents.ts'

/** What the gateway must grant the account now (DESIGN 4.3). Moments are RFC 3339. */
export interface Entitlement {
  accountId: string
  /** Grows by one with every change, so that a gateway drops one that comes late. */
  version: number
  plan: Plan
  access: 'allow' | 'throttle' | 'suspend' | 'ban'
  maxConcurrency: number
  requestsPerMinute: number | null
  benefits: Record<string, boolean>
  until: string | null
  reason: { code: string; title: string; noticeId: string } | null
  rulesVersion: string
  updatedAt: string
}

/** What plan and restriction grant, before it is somebody's. */
export type Grant = Pick<Entitlement, 'access' | 'maxConcurrency' | 'requestsPerMinute' | 'benefits' | 'until'>

const accessOf = { none: 'allow', throttle: 'throttle', suspension: 'suspend', ban: 'ban' } as const

/** What a plan grants under a restriction, as policy says. */
export function grant(plan: Plan, restriction: Restriction, policy: Policy): Grant {
  const terms = policy.plans[plan]
  const access = accessOf[restriction.kind]
  if (restriction.kind === 'none')
    return {
      access,
      maxConcurrency: terms.concurrency,
      requestsPerMinute: terms.requestsPerMinute,
      benefits: { ...terms.benefits },
      until: null,
    }
  const { removes } = policy.restrictions[restriction.kind]
  const benefits = Object.fromEntries(
    Object.entries(terms.benefits).map(([name, has]) => [name, has && !removes.includes(name)]),
  )
  if (restriction.kind !== 'throttle') {
    const until =
      restriction.kind === 'suspension' && restriction.until !== null ? new Date(restriction.until).toISOString() : null
    return { access, maxConcurrency: 0, requestsPerMinute: 0, benefits, until }
  }
  const { concurrencyShare, requestsPerMinute } = policy.restrictions.throttle
  return {
    access,
    maxConcurrency: Math.max(1, Math.floor(terms.concurrency * concurrencyShare)),
    requestsPerMinute: lesser(terms.requestsPerMinute, requestsPerMinute),
    benefits,
    until: null,
  }
}

/** The stricter of two limits, where null is no limit. */
function lesser(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}

import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '../../db.ts'
import type { Restriction } from '../../decide/enforcement.ts'
import { type Grant, grant } from '../../entitle/entitlement.ts'
import { markedAmong } from '../../persist/banMarkers.ts'
import { readStanding, type Standing } from '../../persist/readAccount.ts'
import { inForceAt } from '../../replay/timeline.ts'
import { type Route, route } from '../route.ts'
import { access, accountId, plan } from '../schemas.ts'

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.union([z.literal(403), z.literal(429)]),
    code: z.enum(['too_many_concurrent', 'account_suspended', 'account_banned']),
    noticeId: z.string().optional().describe('of the statement of reasons'),
  })
  .describe('what to tell the holder instead of an answer: a problem+json to pass on')

const check = route({
  method: 'POST',
  path: '/v1/check',
  roles: ['gateway'],
  summary: 'May this account have one more request now?',
  description:
    'Of an account that is not known yet, the plan as given is what counts; one that was banned when it was erased is banned.',
  body: z.object({
    accountId,
    plan,
    inFlight: z.int().min(0).describe("the account's concurrent requests, this one included"),
  }),
  reply: {
    status: 200,
    schema: z.object({
      allowed: z.boolean(),
      access,
      maxConcurrency: z.int().min(0),
      retryAfterSeconds: z.int().min(1).optional(),
      problem: problem.optional(),
    }),
  },
  async handle({ body: { accountId, plan, inFlight } }, { db, rules, now, erasureKey }) {
    const standing = (await readStanding(db, accountId)) ?? (await standingOfErased(db, accountId, erasureKey))
    const at = now()
    const { policy } = inForceAt(rules.current(), at).rules
    const granted = grant(standing?.plan ?? plan, restrictionOf(standing, at), policy)
    const { access, maxConcurrency } = granted
    const allowed = maxConcurrency > 0 && inFlight <= maxConcurrency
    return { allowed, access, maxConcurrency, ...(allowed ? {} : refusal(granted, standing, at)) }
  },
})

/** A ban outlives the erasure of its account, also while no event has brought the account back. */
async function standingOfErased(db: Db, accountId: string, key: KeyObject | undefined): Promise<Standing | undefined> {
  const isMarked = key !== undefined && (await markedAmong(db, key, [accountId])).length > 0
  return isMarked ? { plan: null, restriction: 'ban', until: null, reason: null } : undefined
}

/** The restriction as far as a grant depends on it. A term that has ended has ended, even if nobody has looked since. */
function restrictionOf(standing: Standing | undefined, at: number): Restriction {
  if (!standing || standing.restriction === 'none') return { kind: 'none' }
  const { restriction, until } = standing
  const named = { id: '', since: 0, cause: '' }
  if (restriction === 'ban') return { kind: 'ban', ...named }
  const isOver = restriction === 'suspension' && until !== null && until <= at
  return restriction === 'throttle' || isOver
    ? { kind: 'throttle', ...named, labels: '' }
    : { kind: 'suspension', ...named, until }
}

function refusal({ access, until }: Grant, standing: Standing | undefined, at: number) {
  const isOver = access === 'throttle' && standing?.restriction === 'suspension'
  const reason = isOver ? null : standing?.reason // it tells of the suspension
  const why = reason ? { title: reason.title, noticeId: reason.noticeId } : {}
  const told = <Status, Code extends string>(status: Status, code: Code, title: string) => ({
    problem: { type: `urn:lanekeeper:problem:${code}`, status, code, title, ...why },
  })
  if (access === 'ban') return told(403 as const, 'account_banned', 'The account is banned')
  if (access === 'suspend') {
    const wait = until === null ? {} : { retryAfterSeconds: Math.max(1, Math.ceil((Date.parse(until) - at) / 1000)) }
    return { ...wait, ...told(403 as const, 'account_suspended', 'The account is suspended') }
  }
  return { retryAfterSeconds: 1, ...told(429 as const, 'too_many_concurrent', 'Too many requests at once') }
}

export const checkRoutes: Route[] = [check]

import { z } from 'zod'
import { transaction } from '../../db.ts'
import { chars } from '../../decode/event.ts'
import { acknowledge } from '../../persist/acknowledgements.ts'
import { isInForce } from '../../persist/keys.ts'
import { readFeed } from '../../persist/outbox.ts'
import { Problem } from '../problems.ts'
import { cursor, limit, place, type Route, route } from '../route.ts'
import { accountId, entitlement } from '../schemas.ts'

const pageOfFeed = route({
  method: 'GET',
  path: '/v1/entitlements',
  roles: ['gateway'],
  summary: 'Changes of entitlements behind a cursor, in order',
  description: 'Ask again with `next`; an empty page means that nothing has changed since.',
  query: z.object({ since: place.describe('the cursor last seen; default 0'), limit: limit(500, 1000) }),
  reply: {
    status: 200,
    schema: z.object({
      changes: z.array(z.object({ cursor: z.int(), entitlement })),
      next: z.int().describe('send it as `since`'),
    }),
  },
  async handle({ query: { since, limit } }, { db }) {
    const changes = await readFeed(db, since, limit)
    return { changes, next: changes.at(-1)?.cursor ?? since }
  },
})

const stream = route({
  method: 'GET',
  path: '/v1/entitlements/stream',
  roles: ['gateway'],
  summary: 'Changes of entitlements as they come, as server-sent events',
  description: [
    'Each event is `entitlement`: its `id` is the cursor, its `data` an entitlement as in the pages. It begins behind',
    '`Last-Event-ID`, else behind `since`, else with the first change, so that a new gateway learns everything. A comment',
    'every 15 seconds shows that the line is alive. The last event of a stream that the server ends is `closing`',
    '(`{since}`: the server stops; come back) or `dropped` (`{reason, since}`: `too_slow` or `key_revoked`).',
    'Who lost a stream comes back with the last id, or reads pages from there: neither leaves anything out.',
  ].join(' '),
  query: z.object({ since: place.describe('the cursor last seen; default 0') }),
  headers: z.object({ 'last-event-id': cursor.optional().describe('the id last seen; counts before `since`') }),
  reply: { status: 200, schema: z.string(), media: 'text/event-stream' },
  handle({ query, headers, caller }, { db, feed }) {
    if (feed.isFull) throw new Problem('unavailable', { detail: 'Too many follow the feed: read its pages.' }, 5)
    const since = headers['last-event-id'] ?? query.since
    const isAllowed = () => isInForce(db, caller.keyId)
    return (to) => feed.follow(to, { who: caller.keyId, since, isAllowed })
  },
})

const postAck = route({
  method: 'POST',
  path: '/v1/entitlements/ack',
  roles: ['gateway'],
  summary: 'Say which version of an entitlement this gateway instance now enforces',
  body: z.object({
    accountId,
    version: z.int().min(1),
    instance: chars(1, 128).default('default').describe('which of the gateways that share a key'),
  }),
  reply: { status: 200, schema: z.object({ accountId: z.string(), version: z.int(), instance: z.string() }) },
  async handle({ body, caller }, { db }) {
    const isKnown = await transaction(db, (tx) => acknowledge(tx, { ...body, gateway: caller.keyId }))
    if (!isKnown)
      throw new Problem('bad_input', {
        errors: [{ in: 'body', path: 'version', reason: 'was never given out for this account' }],
      })
    return body
  },
})

export const entitlementRoutes: Route[] = [pageOfFeed, stream, postAck]

import { z } from 'zod'
import { acknowledgementsOf } from '../../persist/acknowledgements.ts'
import { readEntitlement } from '../../persist/readAccount.ts'
import { readNotices, readTimeline } from '../../persist/readTimeline.ts'
import { actionsOf } from '../actions.ts'
import { actorOf } from '../commands.ts'
import { readingEvidence } from '../evidence.ts'
import { Problem } from '../problems.ts'
import { limit, pageOf, place, type Route, route } from '../route.ts'
import { byAccount, entitlement, ledgerEntry, moment, notice } from '../schemas.ts'
import { summary, summaryOf } from '../summary.ts'

const action = z.object({
  name: z.enum(['fileAppeal', 'claimAppeal', 'releaseAppeal', 'decideAppeal', 'confirmBan', 'declineBan']),
  target: z.string().nullable().describe('the violation or appeal that it is about'),
  allowed: z.boolean(),
  reason: z.string().nullable().describe('why not, in words'),
  code: z.string().nullable().describe('why not, as a command would be refused'),
})

const acknowledgement = z.object({ gateway: z.string(), instance: z.string(), version: z.int(), at: moment })

const showAccount = route({
  method: 'GET',
  path: '/v1/accounts/{id}',
  roles: ['support'],
  summary: 'An account: what is in force, why, how it recovers, and what may be done now',
  description: 'Reading it is put on record.',
  problems: ['not_found'],
  params: byAccount,
  reply: {
    status: 200,
    schema: summary.extend({
      entitlementVersion: z.int().min(0).describe('0: none was given out yet'),
      acknowledgements: z.array(acknowledgement).describe('the version that each gateway instance enforces'),
      actions: z.array(action).describe('what the owner of this key may do now, or why not'),
    }),
  },
  handle: ({ params, caller }, api) =>
    readingEvidence(api, { accountId: params.id, caller, what: 'summary' }, async () => {
      const { state } = (await api.accounts.load([params.id])).get(params.id)!
      const { rules } = api.rules.current().at(state.accountId, state.ordinal + 1, state.time)
      const acknowledged = await acknowledgementsOf(api.db, params.id)
      return {
        ...summaryOf(state, rules),
        entitlementVersion: state.entitled.version,
        acknowledgements: acknowledged.map(({ at, ...one }) => ({ ...one, at: at.toISOString() })),
        actions: actionsOf(state, rules, actorOf(caller), api.now()),
      }
    }),
})

const showEntitlement = route({
  method: 'GET',
  path: '/v1/accounts/{id}/entitlement',
  roles: ['support'],
  summary: 'What the gateway must grant the account now',
  description: 'Reading it is put on record.',
  problems: ['not_found'],
  params: byAccount,
  reply: { status: 200, schema: entitlement },
  handle: ({ params, caller }, api) =>
    readingEvidence(api, { accountId: params.id, caller, what: 'entitlement' }, async () => {
      const latest = await readEntitlement(api.db, params.id)
      if (!latest) throw new Problem('not_found', { detail: 'The account has no entitlement yet.' })
      return latest
    }),
})

const page = { after: place.describe('entries behind this seq; default 0'), limit: limit(100, 1000) }
const next = z.int().nullable().describe('send it as `after` for the next page; null: this is the last')

const showTimeline = route({
  method: 'GET',
  path: '/v1/accounts/{id}/timeline',
  roles: ['support'],
  summary: 'Everything that was decided about the account, as the ledger has it',
  description: 'Reading it is put on record.',
  problems: ['not_found'],
  params: byAccount,
  query: z.object(page),
  reply: { status: 200, schema: z.object({ entries: z.array(ledgerEntry), next }) },
  handle: ({ params, query: { after, limit }, caller }, api) =>
    readingEvidence(api, { accountId: params.id, caller, what: 'timeline' }, async () => {
      const { items, last } = pageOf(await readTimeline(api.db, params.id, after, limit + 1), limit)
      return { entries: items, next: last?.seq ?? null }
    }),
})

const showNotices = route({
  method: 'GET',
  path: '/v1/accounts/{id}/notices',
  roles: ['support'],
  summary: 'What the holder was told',
  description: 'Reading it is put on record.',
  problems: ['not_found'],
  params: byAccount,
  query: z.object(page),
  reply: { status: 200, schema: z.object({ notices: z.array(notice), next }) },
  handle: ({ params, query: { after, limit }, caller }, api) =>
    readingEvidence(api, { accountId: params.id, caller, what: 'notices' }, async () => {
      const { items, last } = pageOf(await readNotices(api.db, params.id, after, limit + 1), limit)
      return { notices: items, next: last?.seq ?? null }
    }),
})

export const accountRoutes: Route[] = [showAccount, showEntitlement, showTimeline, showNotices]

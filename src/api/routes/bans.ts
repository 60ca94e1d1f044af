import { z } from 'zod'
import { readHeldBans } from '../../persist/readHeldBans.ts'
import { carryOut } from '../commands.ts'
import { limit, pageOf, type Route, route } from '../route.ts'
import { accountId, byAccount, ledgerEntry, moment, reason } from '../schemas.ts'

const listHeld = route({
  method: 'GET',
  path: '/v1/bans',
  roles: ['support'],
  summary: 'Bans that wait for review, in order of account',
  query: z.object({ after: accountId.optional().describe('`next` of the page before'), limit: limit(100, 1000) }),
  reply: {
    status: 200,
    schema: z.object({
      bans: z.array(
        z.object({
          accountId: z.string(),
          violationId: z.string().describe('that would bring the ban'),
          at: moment.describe('when that was'),
        }),
      ),
      next: z.string().nullable().describe('send it as `after` for the next page; null: this is the last'),
    }),
  },
  async handle({ query: { after = '', limit } }, { db }) {
    const { items, last } = pageOf(await readHeldBans(db, after, limit + 1), limit)
    const bans = items.map(({ at, ...one }) => ({ ...one, at: new Date(at).toISOString() }))
    return { bans, next: last?.accountId ?? null }
  },
})

/** Confirms or declines a ban that policy holds for review. */
const review = (verb: 'confirm' | 'decline', type: 'ConfirmBan' | 'DeclineBan', summary: string) =>
  route({
    method: 'POST',
    path: `/v1/accounts/{id}/ban/${verb}`,
    roles: ['support'],
    summary,
    problems: ['not_found', 'command_refused'],
    params: byAccount,
    body: z.object({ reason }),
    reply: { status: 200, schema: z.object({ entries: z.array(ledgerEntry) }) },
    handle: async ({ params, body, caller }, api) => ({
      entries: await carryOut(api, caller, params.id, { type, ...body }),
    }),
  })

export const banRoutes: Route[] = [
  listHeld,
  review('confirm', 'ConfirmBan', 'Confirm a ban that waits for review'),
  review('decline', 'DeclineBan', 'Decline a ban that waits for review: the violation is voided'),
]

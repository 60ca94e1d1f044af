import { z } from 'zod'
import { carryOut } from '../commands.ts'
import { type Route, route } from '../route.ts'
import { byAccount, ledgerEntry, reason } from '../schemas.ts'

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
  review('confirm', 'ConfirmBan', 'Confirm a ban that waits for review'),
  review('decline', 'DeclineBan', 'Decline a ban that waits for review: the violation is voided'),
]

import { z } from 'zod'
import type { PersonCommand } from '../../decide/commands.ts'
import { chars } from '../../decode/event.ts'
import { type ReadExcerpt, readExcerpts } from '../../persist/excerpts.ts'
import type { KeyOwner } from '../../persist/keys.ts'
import { findAppeal, type ListedAppeal, readAppealEntries, readAppeals } from '../../persist/readAppeals.ts'
import { carryOut, type Told } from '../commands.ts'
import type { Api } from '../deps.ts'
import { readingEvidence, readingEvidenceOfMany } from '../evidence.ts'
import { Problem } from '../problems.ts'
import { limit, pageOf, type Route, route } from '../route.ts'
import { accountId, ledgerEntry, reason } from '../schemas.ts'
import { appeal, appealOf } from '../summary.ts'

const listed = appeal.extend({
  accountId: z.string(),
  rule: z.string().describe('of the violation'),
  severity: z.string(),
  category: z.string(),
})
const byId = z.object({ id: chars(1, 64) })
const done = z.object({ appeal: listed, entries: z.array(ledgerEntry).describe('what the ledger says of it now') })

const excerpt = z
  .object({
    eventId: z.string(),
    time: z.iso.datetime(),
    excerpt: z.string(),
    expiresAt: z.iso.datetime(),
    signals: z
      .array(
        z.object({ name: z.string(), weight: z.number().describe('share of the logit, positive towards non-coding') }),
      )
      .describe('what moved the judgement, in words of a closed vocabulary, the weightiest first'),
  })
  .describe('what policy keeps of the text of an event that the violation names: secrets and personal data masked')

const timed = ({ time, expiresAt, signals, ...one }: ReadExcerpt) => ({
  ...one,
  signals: signals.map(({ name, weight }) => ({ name, weight })),
  time: new Date(time).toISOString(),
  expiresAt: new Date(expiresAt).toISOString(),
})

const told = ({ accountId, rule, severity, category, ...one }: ListedAppeal): z.input<typeof listed> => ({
  ...appealOf(one),
  ...{ accountId, rule, severity, category },
})

async function appealBy({ db }: Pick<Api, 'db'>, id: string): Promise<ListedAppeal> {
  const found = await findAppeal(db, id)
  if (!found) throw new Problem('not_found', { detail: 'There is no appeal of this id.' })
  return found
}

const fileAppeal = route({
  method: 'POST',
  path: '/v1/appeals',
  roles: ['support', 'gateway'],
  summary: 'File an appeal against a violation',
  problems: ['not_found', 'command_refused'],
  body: z.object({
    accountId,
    violationId: chars(1, 64),
    statement: chars(0, 10_000).optional().describe("the holder's own words"),
  }),
  reply: { status: 201, schema: done },
  async handle({ body: { accountId, ...command }, caller }, api) {
    const entries = await carryOut(api, caller, accountId, { type: 'FileAppeal', ...command })
    const filed = entries.find((one) => one.type === 'AppealFiled')!
    return { appeal: told(await appealBy(api, filed.appeal.id)), entries }
  },
})

const listAppeals = route({
  method: 'GET',
  path: '/v1/appeals',
  roles: ['support'],
  summary: 'Appeals, in order of account and id',
  description: 'For every account that is named, reading it is put on record.',
  query: z.object({
    status: appeal.shape.status.optional(),
    after: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,1024}$/)
      .optional()
      .describe('`next` of the page before'),
    limit: limit(100, 1000),
  }),
  reply: { status: 200, schema: z.object({ appeals: z.array(listed), next: z.string().nullable() }) },
  async handle({ query: { status, after, limit }, caller }, { db }) {
    const from = after === undefined ? { accountId: '', appealId: '' } : placeOf(after)
    const { items, last } = pageOf(await readAppeals(db, status, from, limit + 1), limit)
    const shown = await readingEvidenceOfMany({ db }, { about: items, caller, what: 'appeals' })
    return { appeals: shown.map(told), next: last ? cursorOf(last) : null }
  },
})

const cursorOf = ({ accountId, id }: ListedAppeal) => Buffer.from(JSON.stringify([accountId, id])).toString('base64url')

const place = z.tuple([accountId, chars(1, 64)])

function placeOf(cursor: string): { accountId: string; appealId: string } {
  try {
    const [accountId, appealId] = place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    return { accountId, appealId }
  } catch {
    throw new Problem('bad_input', { errors: [{ in: 'query', path: 'after', reason: 'is not a `next` of this list' }] })
  }
}

const showAppeal = route({
  method: 'GET',
  path: '/v1/appeals/{id}',
  roles: ['support'],
  summary: 'An appeal with the violation that it is about, as the ledger has them',
  description: 'Reading it is put on record.',
  problems: ['not_found'],
  params: byId,
  reply: { status: 200, schema: done.extend({ excerpts: z.array(excerpt) }) },
  async handle({ params, caller }, api) {
    const found = await appealBy(api, params.id)
    return readingEvidence(api, { accountId: found.accountId, caller, what: 'appeal' }, async () => ({
      appeal: told(found),
      entries: await readAppealEntries(api.db, found),
      excerpts: (await readExcerpts(api.db, { ...found, now: api.now() })).map(timed),
    }))
  },
})

/** What a reviewer does to an appeal: the appeal as it is then, and what the ledger says of it. */
async function review(api: Api, caller: KeyOwner, command: Extract<Told<PersonCommand>, { appealId: string }>) {
  const { accountId } = await appealBy(api, command.appealId)
  const entries = await carryOut(api, caller, accountId, command)
  return { appeal: told(await appealBy(api, command.appealId)), entries }
}

const claimAppeal = route({
  method: 'POST',
  path: '/v1/appeals/{id}/claim',
  roles: ['support'],
  summary: 'Take an appeal for oneself until the lease ends, or renew that',
  problems: ['not_found', 'command_refused'],
  params: byId,
  reply: { status: 200, schema: done },
  handle: ({ params: { id }, caller }, api) => review(api, caller, { type: 'ClaimAppeal', appealId: id }),
})

const releaseAppeal = route({
  method: 'POST',
  path: '/v1/appeals/{id}/release',
  roles: ['support'],
  summary: 'Give a claimed appeal back, so that anyone may take it',
  problems: ['not_found', 'command_refused'],
  params: byId,
  reply: { status: 200, schema: done },
  handle: ({ params: { id }, caller }, api) => review(api, caller, { type: 'ReleaseAppeal', appealId: id }),
})

const decideAppeal = route({
  method: 'POST',
  path: '/v1/appeals/{id}/decision',
  roles: ['support'],
  summary: 'Decide a claimed appeal',
  description:
    'Overturned, the violation is voided, the restriction folded anew, holder and gateway are told: in one transaction.',
  problems: ['not_found', 'command_refused'],
  params: byId,
  body: z.object({
    outcome: z.enum(['upheld', 'overturned']).describe('upheld: the restriction stands'),
    reason: reason.describe('told the holder'),
  }),
  reply: { status: 200, schema: done },
  handle: ({ params: { id }, body, caller }, api) =>
    review(api, caller, { type: 'DecideAppeal', appealId: id, ...body }),
})

export const appealRoutes: Route[] = [fileAppeal, listAppeals, showAppeal, claimAppeal, releaseAppeal, decideAppeal]

import { z } from 'zod'
import { readPromotions } from '../../persist/ruleSets.ts'
import { inForceAt } from '../../replay/timeline.ts'
import { Problem } from '../problems.ts'
import { cursor, limit, pageOf, type Route, route } from '../route.ts'
import { moment } from '../schemas.ts'

const version = z.string().describe('hash of the canonical JSON')
const effectiveFrom = moment.describe('account time from which it is in force')
const iso = (time: number) => new Date(time).toISOString()

const rulesInForce = route({
  method: 'GET',
  path: '/v1/rules',
  roles: ['analyst'],
  summary: 'The rule set in force, and those that are coming',
  reply: {
    status: 200,
    schema: z.object({
      version,
      effectiveFrom,
      documents: z
        .looseObject({
          policy: z.looseObject({}),
          detect: z.array(z.looseObject({})),
          enforce: z.array(z.looseObject({})),
          recover: z.array(z.looseObject({})),
        })
        .describe('as in the rules folder'),
      coming: z.array(z.object({ version, effectiveFrom })).describe('promoted, not in force yet; in order'),
    }),
  },
  async handle(_call, { rules: known, now }) {
    await known.refresh() // what another server has promoted
    const timeline = known.current()
    const { rules, from } = inForceAt(timeline, now())
    const { policy, detect, enforce, recover, notices } = rules.documents
    const documents = {
      policy: { ...policy },
      detect: [...detect],
      enforce: [...enforce],
      recover: [...recover],
      notices,
    }
    const coming = timeline.changes
      .filter((change) => change > from)
      .map((change) => ({ version: inForceAt(timeline, change).rules.version, effectiveFrom: iso(change) }))
    return { version: rules.version, effectiveFrom: iso(from), documents, coming }
  },
})

const reloadRules = route({
  method: 'POST',
  path: '/v1/rules/reload',
  roles: ['analyst'],
  summary: 'Read the rules folder again and put it in force',
  description:
    'It takes force a few seconds of account time after everything seen. With a mistake in the folder, nothing changes.',
  problems: ['rules_invalid'],
  reply: {
    status: 200,
    schema: z.object({
      outcome: z.enum(['promoted', 'unchanged']).describe('unchanged: the folder is what is in force, or coming'),
      version,
      effectiveFrom,
    }),
  },
  async handle({ caller }, { reload }) {
    const reloaded = await reload(`analyst:${caller.keyId}`)
    if (reloaded.outcome === 'refused')
      throw new Problem('rules_invalid', { detail: `${reloaded.why}.`, problems: reloaded.problems })
    return { ...reloaded, effectiveFrom: iso(reloaded.effectiveFrom) }
  },
})

const history = route({
  method: 'GET',
  path: '/v1/rules/history',
  roles: ['analyst'],
  summary: 'Every rule set that was put in force, the newest first',
  query: z.object({
    before: cursor.default(Number.MAX_SAFE_INTEGER).describe('`next` of the page before'),
    limit: limit(100, 1000),
  }),
  reply: {
    status: 200,
    schema: z.object({
      promotions: z.array(
        z.object({
          version,
          effectiveFrom,
          promotedBy: z.string().describe('system, or analyst:<id>'),
          promotedAt: moment.describe('by the clock on the wall'),
        }),
      ),
      next: z.int().nullable().describe('send it as `before` for the next page; null: this is the last'),
    }),
  },
  async handle({ query: { before, limit } }, { db }) {
    const { items, last } = pageOf(await readPromotions(db, before, limit + 1), limit)
    const promotions = items.map(({ effectiveFrom, promotedAt, ...one }) => ({
      ...one,
      effectiveFrom: iso(effectiveFrom),
      promotedAt: promotedAt.toISOString(),
    }))
    return { promotions, next: last?.effectiveFrom ?? null }
  },
})

export const ruleRoutes: Route[] = [rulesInForce, reloadRules, history]

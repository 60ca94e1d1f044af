import { z } from 'zod'
import { MOST_LABELS, severities } from './catalogue.ts'
import { conditions } from './conditions.ts'

const name = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens')
  .max(64)
const schema = z.string().optional().describe('where the schema of this file lies, for editors')
const description = z.string().min(1).describe('what the rule is for, in a sentence')
const status = z
  .enum(['live', 'shadow', 'off'])
  .describe('live: has effect; shadow: evaluated and recorded, without effect; off')
const enforceStatus = z.enum(['live', 'off'])
const category = z
  .string()
  .regex(/^[a-z0-9]+(_[a-z0-9]+)*$/, 'must be lower-case words joined by underscores')
  .max(64)

export const detectRule = z.strictObject({
  $schema: schema,
  name,
  description,
  status,
  severity: z.enum(severities),
  pardonedWith: z
    .array(name)
    .optional()
    .describe('rules that see the same usage: while an account is spared one of them, it is spared this rule too'),
  conditions,
  event: z.strictObject({ type: z.literal('violation'), params: z.strictObject({ category }) }),
})
export type DetectRule = z.infer<typeof detectRule>

const step = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('throttle') }),
  z.strictObject({
    kind: z.literal('suspension'),
    hours: z
      .number()
      .min(1 / 60)
      .max(24 * 365),
  }),
  z.strictObject({ kind: z.literal('ban') }),
])
/** What a cell of the ladder prescribes. */
export type Step = z.infer<typeof step>

export const enforceRule = z.strictObject({
  $schema: schema,
  name,
  description,
  status: enforceStatus,
  conditions,
  event: z.strictObject({ type: z.literal('restriction'), params: step }),
})
export type EnforceRule = z.infer<typeof enforceRule>

export const recoverRule = z.strictObject({
  $schema: schema,
  name,
  description,
  status: enforceStatus,
  conditions,
  event: z.strictObject({ type: z.literal('lift') }),
})
export type RecoverRule = z.infer<typeof recoverRule>

const whole = z.int().min(0)
const benefits = z.record(z.string(), z.boolean())
const planTerms = z.strictObject({
  concurrency: z.int().min(1).describe('concurrent requests that the plan grants'),
  requestsPerMinute: z.int().min(1).nullable().describe('null: not limited'),
  benefits,
})
const blocked = z.strictObject({ removes: z.array(z.string()).describe('benefits that it takes away') })

/** A file of `policy.json`. Durations carry their unit in their name. */
export const policy = z.strictObject({
  $schema: schema,
  plans: z.strictObject({ lite: planTerms, pro: planTerms, max: planTerms }),
  restrictions: z.strictObject({
    throttle: z.strictObject({
      concurrencyShare: z.number().gt(0).max(1).describe('of the plan, rounded down, at least 1'),
      requestsPerMinute: z.int().min(1).nullable(),
      removes: z.array(z.string()),
    }),
    suspension: blocked,
    ban: blocked,
  }),
  supportedClients: z.array(z.string().min(1)).describe('product names as they open the User-Agent, in any case'),
  planSettlesMinutes: whole.max(1440).describe('how long a new plan must be reported before it counts'),
  noticeGraceMinutes: z.int().min(1).max(10_080).describe('after a violation: traffic that is metered, not evidence'),
  recovery: z.strictObject({
    lastRequests: z.int().min(1).max(MOST_LABELS).describe('how many labelled requests recovery looks back on'),
    minMinutes: whole.describe('floor: no recover rule may lift a throttle earlier'),
    safetyNetDays: z.number().positive().max(30).describe('ceiling: by then a recover rule lifts by time alone'),
  }),
  evidence: z.strictObject({
    minDistinctTexts: z
      .int()
      .min(2)
      .max(64)
      .describe('floor: every live detect rule asks for at least so many distinct texts'),
    excerpt: z.strictObject({ keep: z.boolean(), maxCharacters: z.int().min(0).max(1000), days: whole }),
  }),
  banReview: z.enum(['none', 'hold']).describe('hold: support confirms a ban, until then the account is suspended'),
  violations: z.strictObject({
    expireDays: z.number().min(1).max(3650).nullable().describe('null: violations never age out'),
  }),
  appeals: z.strictObject({
    windowDays: z.number().min(1).max(3650),
    leaseMinutes: z.number().min(1).max(10_080),
    pardonDays: z
      .number()
      .min(0)
      .max(3650)
      .describe('after an overturn the rule does not count against the account for so long'),
  }),
  breaker: z.strictObject({
    minActiveAccounts: z.int().min(1),
    maxShare: z.number().gt(0).max(1).describe('share of active accounts that one cause may restrict within a day'),
  }),
  exemptions: z.array(
    z.strictObject({
      accountId: z.string().min(1),
      reason: z.string().min(1),
      until: z.iso.datetime({ offset: true }).optional(),
    }),
  ),
})
export type Policy = Omit<z.infer<typeof policy>, '$schema'>

export const noticeKinds = [
  'throttle',
  'suspension',
  'ban',
  'banProposed',
  'banConfirmed',
  'banRemembered',
  'probation',
  'easedToThrottle',
  'easedToSuspension',
  'recovered',
  'liftedByReviewer',
  'appealFiled',
  'appealUpheld',
  'appealOverturned',
] as const
export type NoticeKind = (typeof noticeKinds)[number]

/** Categories that no detect rule has and the engine uses. */
export const ownCategories = ['carried_over'] as const
export type OwnCategory = (typeof ownCategories)[number]

const line = z.string().min(1)

/** A file of `notices/`: the wording of one language; words in {braces} are filled in from the record. */
export const notices = z.strictObject({
  $schema: schema,
  kinds: z.record(z.enum(noticeKinds), z.strictObject({ title: line, text: z.array(line).min(1) })),
  categories: z.record(category, z.strictObject({ title: line, clause: line })),
  facts: z.record(z.string(), line),
  severities: z.record(z.enum(severities), line),
  separator: z.string().describe('stands between the facts of a match'),
  lineBreak: z.string().describe('stands between the sentences of a statement'),
})
export type Wording = Omit<z.infer<typeof notices>, '$schema'>

export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]

/** Everything a rule set is made of, and all that its version hashes. */
export interface RuleDocuments {
  policy: Policy
  detect: DetectRule[]
  enforce: EnforceRule[]
  recover: RecoverRule[]
  notices: Record<Language, Wording>
}

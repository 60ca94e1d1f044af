import { z } from 'zod'
import { chars, plans } from '../decode/event.ts'

/** Pieces that several endpoints take or give; they describe, what they describe is made by the steps of the path. */
export const accountId = chars(1, 128)
export const plan = z.enum(plans)
export const moment = z.iso.datetime().describe('RFC 3339, UTC')
export const access = z.enum(['allow', 'throttle', 'suspend', 'ban'])

/** What a person gives as their reason; it enters the ledger and what the holder is told. */
export const reason = chars(1, 4000)

export const byAccount = z.object({ id: accountId })

export const entitlement = z
  .object({
    accountId: z.string(),
    version: z.int().min(1).describe('grows by one with every change: drop one that comes late'),
    plan,
    access,
    maxConcurrency: z.int().min(0),
    requestsPerMinute: z.int().min(0).nullable().describe('null: not limited'),
    benefits: z.record(z.string(), z.boolean()),
    until: moment.nullable(),
    reason: z.object({ code: z.string(), title: z.string(), noticeId: z.string() }).nullable(),
    rulesVersion: z.string(),
    updatedAt: moment,
  })
  .meta({ id: 'Entitlement' })

export const ledgerEntry = z
  .looseObject({
    accountId: z.string(),
    seq: z.int().min(1).describe('counts per account from 1'),
    at: moment.optional(),
    type: z.string().optional(),
    actor: z.string().optional().describe('system, analyst:<id>, support:<id> or gateway:<id>'),
    rulesVersion: z.string().optional(),
    commandAt: moment.optional().describe("the person's clock, where a person acted"),
    erased: z.literal(true).optional().describe('the entry was erased; nothing but its place is left'),
  })
  .describe('a ledger entry as it is stored; what else it holds depends on its type')
  .meta({ id: 'LedgerEntry' })

const statement = z.object({ title: z.string(), text: z.string() })

export const notice = z
  .object({
    seq: z.int(),
    at: moment,
    id: z.string(),
    kind: z.string(),
    automated: z.boolean(),
    restrictionId: z.string().optional(),
    violationId: z.string().optional(),
    appealId: z.string().optional(),
    statement: z.object({ en: statement, zh: statement }),
  })
  .describe('what the holder was told: a statement of reasons in every language')
  .meta({ id: 'Notice' })

export const leaf = z
  .looseObject({ fact: z.string(), operator: z.string(), held: z.boolean() })
  .describe('one condition of a rule, with the value it was compared with and the actual one')

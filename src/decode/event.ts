import { z } from 'zod'

/** A string of `min` to `max` characters (code points), free of what no store can keep unless `anything` is allowed. */
export function chars(min: number, max: number, anything = false) {
  const wrongIn = (value: string) => {
    // A code point is one or two units, so only strings between max and 2 max need counting.
    if (value.length < min) return 'must not be empty'
    if (value.length > max && (value.length > 2 * max || [...value].length > max))
      return `is longer than ${max} characters`
    if (!anything && value.includes('\0')) return 'holds U+0000'
    return !anything && !value.isWellFormed() ? 'holds a lone surrogate' : undefined
  }
  return z
    .string()
    .check(({ value, issues }) => {
      const message = wrongIn(value) // superRefine would make a closure for each value
      if (message) issues.push({ code: 'custom', message, input: value, continue: true })
    })
    .meta(min > 0 ? { minLength: min, maxLength: max } : { maxLength: max })
}

const count = z.int().min(0)
export const share = z.number().min(0).max(1)
const role = z.enum(['user', 'tool'])

export const plans = ['lite', 'pro', 'max'] as const
export type Plan = (typeof plans)[number]

const input = z.object({
  text: chars(0, 65_536, true).describe('the last message that a user or a tool sent'),
  role: role.optional().describe('who sent it; default user'),
  system: chars(0, 16_384, true).optional(),
  tools: z.array(chars(0, 65_536)).max(256).optional().describe('names of the tools offered'),
})

const score = z.object({
  nonCoding: share.describe('calibrated probability that the text is not about coding'),
  evidence: share.describe('how much the text had to go by'),
  role: role.optional(),
  category: chars(0, 128).optional(),
  fingerprint: chars(1, 128).optional().describe('a hash of the folded text, by which distinct texts are counted'),
  classifier: chars(1, 128).describe('version of the classifier that made it'),
})

/** An issue about a field of a value, which ends its checks. */
const about = (field: string, input: unknown, message: string) => ({
  ...{ code: 'custom' as const, path: [field], message, input },
})

/** One request as the gateway reported it (DESIGN 4.1). Unknown fields are dropped; `time` becomes milliseconds. */
export const gatewayEvent = z
  .object({
    id: chars(1, 128).describe('unique per request: the dedupe key'),
    time: z.iso.datetime({ offset: true }).describe('RFC 3339: when the gateway received the request'),
    accountId: chars(1, 128),
    plan: z.enum(plans),
    client: chars(0, 256).optional().describe('the User-Agent'),
    sessionId: chars(0, 128).optional(),
    projectId: chars(0, 128).optional(),
    deviceId: chars(0, 128).optional(),
    model: chars(0, 128).optional(),
    inFlight: count.optional().describe("the account's concurrent requests on arrival, this one included"),
    tokens: z.object({ input: count, output: count }).optional(),
    admitted: z.boolean().optional().describe('default true; false: the gateway refused it'),
    input: input.optional(),
    score: score.optional(),
  })
  .check(({ value, issues }) => {
    if (value.input && value.score) issues.push(about('score', value, 'stands beside input: give one of the two'))
    if (!value.input && !value.score) issues.push(about('input', value, 'give input or score'))
  })
  .meta({ oneOf: [{ required: ['input'] }, { required: ['score'] }] })

/** A decoded event; `time` in milliseconds since 1970. Exactly one of `input` and `score` is there. */
export type GatewayEvent = Omit<z.infer<typeof gatewayEvent>, 'time'> & { time: number }

import { z } from 'zod'
import type { Input } from '../account.ts'
import type { PersonCommand } from '../decide/commands.ts'
import { plans } from '../decode/event.ts'
import { LanekeeperError } from '../errors.ts'
import { check } from '../evaluate/check/check.ts'
import { buildRuleSet, type RuleSet } from '../evaluate/ruleSet.ts'
import type { InForce, TakenUp } from './timeline.ts'

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const place = { accountId: z.string().min(1), ordinal: z.int().min(1) }
const person = { actor: z.string().regex(/^support:.+$/, 'must be support: and an id'), commandAt: time }
const filer = {
  actor: z.string().regex(/^(support|gateway):.+$/, 'must be support: or gateway: and an id'),
  commandAt: time,
}
const text = z.string().min(1)

const command = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('FileAppeal'), violationId: text, statement: z.string().optional(), ...filer }),
  z.strictObject({ type: z.literal('ClaimAppeal'), appealId: text, ...filer }),
  z.strictObject({ type: z.literal('ReleaseAppeal'), appealId: text, ...person }),
  z.strictObject({
    type: z.literal('DecideAppeal'),
    appealId: text,
    outcome: z.enum(['upheld', 'overturned']),
    reason: text,
    ...person,
  }),
  z.strictObject({ type: z.literal('ConfirmBan'), reason: text, ...person }),
  z.strictObject({ type: z.literal('DeclineBan'), reason: text, ...person }),
  z.strictObject({ type: z.literal('LateNotice'), commandAt: time }),
  z.strictObject({ type: z.literal('RememberBan'), plan: z.enum(plans), commandAt: time }),
])

/** A line of `--inputs`: what an account was advanced by besides its events, and the rule sets of the time. */
const line = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rules'), effectiveFrom: time, documents: z.record(z.string(), z.unknown()) }),
  z.strictObject({ kind: z.literal('rules_taken_up'), ...place, effectiveFrom: time }),
  z.strictObject({ kind: z.literal('command'), ...place, command }),
  z.strictObject({ kind: z.literal('tick'), ...place, at: time }),
])

/** Stored inputs by account and ordinal, and the rule sets by the time at which they took force. */
export interface StoredInputs {
  inputs: Map<string, Map<number, Input>>
  sets: InForce[]
  takenUp: TakenUp[]
}

/** Reads the text of an inputs file (NDJSON). Throws with the line, path and reason of the first mistake. */
export async function readStoredInputs(name: string, content: string): Promise<StoredInputs> {
  const stored: StoredInputs = { inputs: new Map(), sets: [], takenUp: [] }
  for (const [index, row] of content.split('\n').entries()) {
    if (row.trim() === '') continue
    const where = `${name}:${index + 1}`
    const one = parse(row, where)
    if (one.kind === 'rules')
      stored.sets.push({ rules: await ruleSetOf(one.documents, where), from: one.effectiveFrom })
    else if (one.kind === 'rules_taken_up') stored.takenUp.push(one)
    else
      put(
        stored,
        one.accountId,
        one.ordinal,
        one.kind === 'tick' ? { kind: 'tick', at: one.at } : { kind: 'command', command: one.command as PersonCommand },
        where,
      )
  }
  const lost = stored.takenUp.find((one) => !stored.sets.some(({ from }) => from === one.effectiveFrom))
  if (lost) throw broken(name, `account ${lost.accountId} took up rules of a time from which none are in force`)
  return stored
}

function parse(row: string, where: string): z.infer<typeof line> {
  let value: unknown
  try {
    value = JSON.parse(row)
  } catch {
    throw broken(where, 'is not JSON')
  }
  const read = line.safeParse(value)
  if (read.success) return read.data
  const issue = read.error.issues[0]
  throw broken(where, `${issue?.path.join('.')}: ${issue?.message}`)
}

function put({ inputs }: StoredInputs, accountId: string, ordinal: number, input: Input, where: string): void {
  const own = inputs.get(accountId) ?? new Map<number, Input>()
  if (own.has(ordinal)) throw broken(where, `account ${accountId} has two inputs of ordinal ${ordinal}`)
  inputs.set(accountId, own.set(ordinal, input))
}

/** A stored rule set is checked like one in a folder; its documents stand where its files would. */
async function ruleSetOf(documents: Record<string, unknown>, where: string): Promise<RuleSet> {
  const files = Object.entries(documents).map(([path, document]) => ({ path, text: JSON.stringify(document) }))
  const { documents: checked, problems } = await check(files)
  if (!checked) throw broken(where, `documents.${problems[0]!.file} ${problems[0]!.path}: ${problems[0]!.message}`)
  return buildRuleSet(checked)
}

const broken = (where: string, what: string) =>
  new LanekeeperError('inputs_invalid', `${where} ${what}`, 'Take the file as it was exported.')

import { z } from 'zod'
import { catalogue, factNames, type RuleKind } from './catalogue.ts'
import { detectRule, enforceRule, notices, policy, recoverRule } from './documents.ts'

/** The JSON Schemas of a rules folder by file name, as text; editors complete and check with them. */
export function ruleSchemas(): Map<string, string> {
  return new Map([
    ['policy.schema.json', schemaText('Policy', policy)],
    ['detect-rule.schema.json', schemaText('Detect rule', detectRule, 'detect')],
    ['enforce-rule.schema.json', schemaText('Enforce rule', enforceRule, 'enforce')],
    ['recover-rule.schema.json', schemaText('Recover rule', recoverRule, 'recover')],
    ['notices.schema.json', schemaText('Wording of notices', notices)],
  ])
}

/** A schema as the text of a JSON Schema file; for a kind of rule it lists the facts that this kind may read. */
export function schemaText(title: string, schema: z.ZodType, kind?: RuleKind): string {
  const json = { title, ...z.toJSONSchema(schema, { io: 'input' }) }
  const facts = kind && factNames(kind).map((name) => ({ const: name, description: catalogue[name]!.meaning }))
  const named = (key: string, value: { type?: string; description?: string }) =>
    facts && key === 'fact' && value.type === 'string' ? { description: value.description, oneOf: facts } : value
  return `${JSON.stringify(json, named, 2)}\n`
}

import { catalogue, factNames, type RuleKind } from './catalogue.ts'

/**
 * Lists the facts that a kind of rule may read, with their meanings, in its JSON Schema, so that an editor completes and
 * checks them. Other schemas come back as they are.
 */
export function withFactNames(schema: object, path: string): object {
  const kind = /(detect|enforce|recover)-rule/.exec(path)?.[1] as RuleKind | undefined
  if (!kind) return schema
  const facts = factNames(kind).map((name) => ({ const: name, description: catalogue[name]!.meaning }))
  return JSON.parse(JSON.stringify(schema), (key, value) =>
    key === 'fact' && value.type === 'string' ? { description: value.description, oneOf: facts } : value,
  )
}

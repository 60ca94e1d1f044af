import * as fc from 'fast-check'
import { z } from 'zod'
import { START } from './account.ts'
import { junk, name } from './junk.ts'

type Schema = z.core.JSONSchema.BaseSchema

/** How often a value stands where its schema wants it, against one of any kind; and a wanted field is there, against left out. */
const RIGHT = 25
const DAY = 86_400_000

/**
 * Values as a schema wants them, and now and then one that is wrong somewhere. `known` gives values for fields of a name, such as ids of
 * what is really there.
 */
export function schemaArbitrary(
  schema: z.ZodType,
  known: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<unknown> {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const { $defs = {} } = root
  const made = new Map<string, fc.Arbitrary<unknown>>()

  const of = (one: Schema): fc.Arbitrary<unknown> => {
    if (one.$ref) return named(one.$ref.split('/').at(-1)!)
    if (one.const !== undefined) return fc.constant(one.const)
    if (one.enum) return fc.constantFrom(...one.enum)
    const choices = one.anyOf ?? one.oneOf
    if (choices) return fc.oneof(...choices.map((choice) => of(choice as Schema)))
    switch (one.type) {
      case 'object':
        return objectOf(one)
      case 'array':
        return fc.array(of((one.items ?? {}) as Schema), { maxLength: Math.min(one.maxItems ?? 4, 4) })
      case 'string':
        return textOf(one)
      case 'integer':
        return fc.oneof(fc.integer(bounds(one, 20)), fc.integer(bounds(one, Number.MAX_SAFE_INTEGER)))
      case 'number':
        return fc.double({ min: one.minimum ?? -1e9, max: one.maximum ?? 1e9, noNaN: true })
      case 'boolean':
        return fc.boolean()
      case 'null':
        return fc.constant(null)
      default:
        return junk
    }
  }
  const named = (ref: string): fc.Arbitrary<unknown> => {
    if (!made.has(ref)) made.set(ref, of($defs[ref] as Schema))
    return made.get(ref)!
  }
  const objectOf = ({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> => {
    const fields = Object.entries(properties).map(([field, value]) => {
      const right = known[field] ?? of(value as Schema)
      const filled = fc.oneof({ weight: RIGHT, arbitrary: right }, { weight: 1, arbitrary: junk })
      return fc.option(
        filled.map((content) => [field, content] as const),
        {
          nil: undefined,
          freq: required.includes(field) ? RIGHT * 2 : 1,
        },
      )
    })
    const extra = fc.oneof(
      { weight: RIGHT, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.tuple(name, junk) },
    )
    return fc
      .tuple(...fields, extra)
      .map((entries) => Object.fromEntries(entries.filter((entry) => entry !== undefined)))
  }
  return of(root)
}

const bounds = ({ minimum = -1000, maximum = Number.MAX_SAFE_INTEGER }: Schema, reach: number) => ({
  min: minimum,
  max: Math.max(minimum, Math.min(maximum, reach)),
})

function textOf({ format, pattern, minLength = 0, maxLength = 100 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time')
    return fc.integer({ min: START - DAY, max: START + DAY }).map((time) => new Date(time).toISOString())
  if (pattern) return fc.stringMatching(new RegExp(pattern))
  const most = Math.max(minLength, Math.min(maxLength, 60))
  return fc.string({ unit: 'grapheme-ascii', minLength, maxLength: most })
}

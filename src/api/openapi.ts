import { z } from 'zod'
import { PROBLEMS, type ProblemCode } from './problems.ts'
import type { Route } from './route.ts'

interface JsonSchema {
  [key: string]: unknown
  $defs?: Record<string, unknown>
  properties?: Record<string, JsonSchema>
  required?: string[]
}

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]).describe('stable; the wording is not'),
    detail: z.string().optional(),
    errors: z
      .array(z.object({ in: z.enum(['body', 'query', 'params', 'headers']), path: z.string(), reason: z.string() }))
      .optional()
      .describe('where the input is wrong, and why'),
    problems: z
      .array(z.object({ file: z.string(), line: z.int(), path: z.string(), message: z.string() }))
      .optional()
      .describe('of rules_invalid: every mistake in the rules folder'),
    reason: z.string().optional().describe('of command_refused: what the state does not allow'),
    hint: z.string().optional(),
  })
  .meta({ id: 'Problem' })

/** The OpenAPI 3.1 document of routes. */
export function openApi(routes: readonly Route[]) {
  const components: Record<string, unknown> = {}
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => hoisted(schema, io, components)
  const paths: Record<string, Record<string, unknown>> = {}
  for (const one of routes) {
    paths[one.path] ??= {}
    paths[one.path]![one.method.toLowerCase()] = operation(one, schemaOf)
  }
  schemaOf(z.object({ problem }), 'input')
  return {
    openapi: '3.1.0',
    info: {
      title: 'Lanekeeper',
      version: '1',
      description:
        'Keeps an AI coding subscription in its lane. Errors are problem+json (RFC 9457) with a stable `code`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'an API key; its role decides' } },
      schemas: Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  }
}

type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => JsonSchema

function operation(one: Route, schemaOf: SchemaOf) {
  const isOpen = one.roles === 'anyone'
  const { status, schema, media = 'application/json' } = one.reply
  const parameters = [
    ...parametersOf('path', one.params, schemaOf),
    ...parametersOf('query', one.query, schemaOf),
    ...parametersOf('header', one.headers, schemaOf),
  ]
  return {
    summary: one.summary,
    ...(one.description === undefined ? {} : { description: one.description }),
    ...(isOpen ? { security: [] } : { 'x-roles': [...one.roles, 'admin'] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(one.body ? { requestBody: { required: true, content: contentOf(one, schemaOf) } } : {}),
    responses: {
      [status]: { description: 'Done', content: { [media.split(';')[0]!]: { schema: schemaOf(schema, 'output') } } },
      ...refusals(one),
    },
  }
}

function parametersOf(place: 'path' | 'query' | 'header', schema: z.ZodObject | undefined, schemaOf: SchemaOf) {
  if (!schema) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input')
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: one,
  }))
}

function contentOf({ body, items, streams = {} }: Route, schemaOf: SchemaOf) {
  const ofStreams = Object.entries(streams).map(([media, { description }]) => [
    media,
    { schema: { type: 'string', description } },
  ])
  return { 'application/json': { schema: schemaOf(items ?? body!, 'input') }, ...Object.fromEntries(ofStreams) }
}

/** Answers besides success, by status: the route's own and those that every route of its kind may give. */
function refusals(one: Route) {
  const takesInput = one.params || one.query || one.headers || one.body
  const codes: ProblemCode[] = [
    ...(takesInput ? (['bad_input'] as const) : []),
    ...(one.roles === 'anyone' ? [] : (['unauthenticated', 'forbidden', 'too_many_failures'] as const)),
    ...(one.body ? (['too_large', 'unsupported_media_type'] as const) : []),
    ...(one.problems ?? []),
    'unavailable',
  ]
  const byStatus = Map.groupBy(new Set(codes), (code) => PROBLEMS[code].status)
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  return Object.fromEntries([...byStatus].map(([status, some]) => [status, { description: some.join(', '), content }]))
}

/** What zod says beyond what was meant: that nothing will ever be added to a reply, and how far a number reaches. */
function plain({ jsonSchema: one }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (one.additionalProperties === false) delete one.additionalProperties
  if (one.minimum === Number.MIN_SAFE_INTEGER) delete one.minimum
  if (one.maximum === Number.MAX_SAFE_INTEGER) delete one.maximum
}

/** A schema whose named parts stand among the components. */
function hoisted(schema: z.ZodType, io: 'input' | 'output', components: Record<string, unknown>): JsonSchema {
  const text = JSON.stringify(z.toJSONSchema(schema, { io, override: plain })).replaceAll(
    '"#/$defs/',
    '"#/components/schemas/',
  )
  const { $schema: _, $defs, ...bare } = JSON.parse(text) as JsonSchema
  for (const [name, { id: _, ...part }] of Object.entries($defs ?? {}) as [string, JsonSchema][])
    components[name] = part
  return bare
}

/** The document as text, as it is committed. */
export const openApiText = (routes: readonly Route[]): string => `${JSON.stringify(openApi(routes), null, 2)}\n`

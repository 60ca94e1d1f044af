import { z } from 'zod'
import { nearest } from './nearest.ts'
import type { JsonPath, RuleProblem, Source } from './source.ts'

/** The document in a source if it has the schema's shape; otherwise every place where it has not. */
export function shapeOf<T extends z.ZodType>(
  source: Source,
  schema: T,
): { document: z.infer<T> | undefined; problems: RuleProblem[] } {
  const read = schema.safeParse(source.value)
  if (read.success) return { document: read.data, problems: [] }
  return {
    document: undefined,
    problems: read.error.issues.map(likeliest).map((issue) => describe(source, schema, issue)),
  }
}

type Issue = z.core.$ZodIssue

/** Of the branches of a union the one that the author most likely meant: the one with the fewest complaints. */
function likeliest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue
  const branch = issue.errors.reduce((best, next) => (next.length < best.length ? next : best))
  const inner = branch[0]
  return inner ? likeliest({ ...inner, path: [...issue.path, ...inner.path] } as Issue) : issue
}

function describe(source: Source, schema: z.ZodType, issue: Issue): RuleProblem {
  const path: JsonPath = issue.path
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!
    return source.problem([...path, key], `is not a known key${nearest(key, keysOf(schema))}`)
  }
  const given = path.reduce<unknown>(
    (value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part],
    source.value,
  )
  if (given === undefined) return source.problem(path, 'is missing')
  if (issue.code === 'invalid_value' && typeof given === 'string') {
    const allowed = issue.values.map(String)
    return source.problem(path, `"${given}" is not one of ${allowed.join(', ')}${nearest(given, allowed)}`)
  }
  return source.problem(path, issue.message.charAt(0).toLowerCase() + issue.message.slice(1))
}

/** Every property name that a schema knows, wherever in it. */
function keysOf(schema: z.ZodType): string[] {
  const names = new Set<string>()
  JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), (key, value) => {
    if (key === 'properties') for (const name of Object.keys(value)) names.add(name)
    return value
  })
  return [...names]
}

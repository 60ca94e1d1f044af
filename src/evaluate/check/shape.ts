import { z } from 'zod'
import { nearest, nearestWord } from './nearest.ts'
import type { JsonPath, RuleProblem, Source } from './source.ts'

/** The document in a source if it has the schema's shape; otherwise every place where it has not. */
export function shapeOf<T extends z.ZodType>(
  source: Source,
  schema: T,
): { document: z.infer<T> | undefined; problems: RuleProblem[] } {
  const read = schema.safeParse(source.value)
  if (read.success) return { document: read.data, problems: [] }
  const faults = read.error.issues.map(likeliest).flatMap((issue) => faultsOf(issue, source.value, schema))
  const meant = faults.map((fault) => fault.meant?.join('\n'))
  const problems = faults
    .filter((fault) => !(fault.isMissing && meant.includes(fault.path.join('\n')))) // a misspelt key makes one report
    .map(({ path, message }) => source.problem(path, message))
  return { document: undefined, problems }
}

interface Fault {
  path: JsonPath
  message: string
  isMissing?: boolean
  /** The path that a strange key was probably meant to be. */
  meant?: JsonPath
}

type Issue = z.core.$ZodIssue

/** Of the branches of a union the one that the author most likely meant: the one with the fewest complaints. */
function likeliest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue
  const branch = issue.errors.reduce((best, next) => (next.length < best.length ? next : best))
  const inner = branch[0]
  return inner ? likeliest({ ...inner, path: [...issue.path, ...inner.path] } as Issue) : issue
}

function faultsOf(issue: Issue, document: unknown, schema: z.ZodType): Fault[] {
  const path: JsonPath = issue.path
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => strangeKey(path, key, keysOf(schema)))
  const given = path.reduce<unknown>(
    (value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part],
    document,
  )
  if (given === undefined) return [{ path, message: 'is missing', isMissing: true }]
  if (issue.code === 'invalid_value' && typeof given === 'string') {
    const allowed = issue.values.map(String)
    return [{ path, message: `"${given}" is not one of ${allowed.join(', ')}${nearest(given, allowed)}` }]
  }
  return [{ path, message: issue.message.charAt(0).toLowerCase() + issue.message.slice(1) }]
}

function strangeKey(parent: JsonPath, key: string, known: readonly string[]): Fault {
  const path = [...parent, key]
  if (known.includes(key)) return { path, message: 'does not belong here' }
  const fault = { path, message: `is not a known key${nearest(key, known)}` }
  const meant = nearestWord(key, known)
  return meant === undefined ? fault : { ...fault, meant: [...parent, meant] }
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

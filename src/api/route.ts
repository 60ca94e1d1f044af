import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { z } from 'zod'
import { refusalIn } from '../decode/json.ts'
import type { KeyOwner, Role } from '../persist/keys.ts'
import type { Api } from './deps.ts'
import { Problem, type ProblemCode, type ProblemParts } from './problems.ts'

/** A request as a handler sees it: read and checked. */
export interface Call<Params, Query, Body, Headers = unknown> {
  params: Params
  query: Query
  headers: Headers
  body: Body
  /** Whose key it came with. Open routes have nobody's. */
  caller: KeyOwner
}

/** An answer that goes on: it writes to the response, whose head is out, until one side ends it. */
export type Following = (to: ServerResponse) => void

interface Described {
  method: 'GET' | 'POST'
  /** With {braces}, as OpenAPI writes it. */
  path: string
  /** Who may call it besides admin; `anyone` needs no key. */
  roles: readonly Role[] | 'anyone'
  summary: string
  description?: string
  /** Answers besides success that are this route's own; those that every route has are not named. */
  problems?: readonly ProblemCode[]
  /** Greatest body in bytes; default 64 KiB. */
  bodyLimit?: number
  /** A JSON body that the handler reads by itself, item by item. */
  items?: z.ZodType
  /** Media types besides JSON: the handler gets the stream. */
  streams?: Readonly<Record<string, { description: string }>>
  /** What success looks like; a route of text says its media type. */
  reply: { status: 200 | 201 | 202; schema: z.ZodType; media?: string }
}

/** One endpoint: everything that registers, guards, checks and documents it. */
export interface Route extends Described {
  params?: z.ZodObject
  query?: z.ZodObject
  /** Names in lower case. */
  headers?: z.ZodObject
  body?: z.ZodType
  // biome-ignore lint/suspicious/noExplicitAny: `route` ties each handler's call to its own schemas; here they are any
  handle: (call: Call<any, any, any, any>, api: Api) => unknown
}

/** Ties a handler's types to its schemas. */
export const route = <
  Reply extends z.ZodType,
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Headers extends z.ZodObject = z.ZodObject,
>(
  one: Described & {
    params?: Params
    query?: Query
    headers?: Headers
    body?: Body
    reply: { schema: Reply }
    handle: (
      call: Call<z.output<Params>, z.output<Query>, z.output<Body>, z.output<Headers>>,
      api: Api,
    ) => Promise<z.input<Reply> | Following> | z.input<Reply> | Following
  },
): Route => one

/** So many faults of a body or a query are told. */
const MOST_ERRORS = 10

/** Params, query, headers and body of a request as the schemas of its route read them. Throws bad_input with every fault. */
export function read(
  { params, query, headers, body }: Pick<Route, 'params' | 'query' | 'headers' | 'body'>,
  request: { params: unknown; query: unknown; headers: IncomingHttpHeaders; body: unknown },
) {
  const errors: NonNullable<ProblemParts['errors']> = []
  const part = (where: 'params' | 'query' | 'headers' | 'body', schema: z.ZodType | undefined) => {
    if (!schema) return undefined
    const result = schema.safeParse(request[where])
    if (result.success) return result.data
    for (const issue of result.error.issues.slice(0, MOST_ERRORS))
      errors.push({ in: where, ...refusalIn(issue, request[where]) })
    return undefined
  }
  const call = {
    params: part('params', params),
    query: part('query', query),
    headers: part('headers', headers),
    body: part('body', body),
  }
  if (errors.length > 0) throw new Problem('bad_input', { detail: 'See errors.', errors })
  return call
}

/** A schema for a page's size. */
export const limit = (fallback: number, most: number) =>
  z.coerce.number<string>().int().min(1).max(most).default(fallback).describe(`at most so many; default ${fallback}`)

/** A schema for a place in a list. */
export const cursor = z.coerce.number<string>().int().min(0).max(Number.MAX_SAFE_INTEGER)

/** A schema for the place behind which a page begins. */
export const place = cursor.default(0)

/** The page of what was read with one more than `limit`; `last` is its last item, where more follow. */
export function pageOf<T>(read: readonly T[], limit: number): { items: T[]; last: T | undefined } {
  const items = read.slice(0, limit)
  return { items, last: read.length > limit ? items.at(-1) : undefined }
}

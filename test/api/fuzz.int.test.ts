import { text } from 'node:stream/consumers'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Route } from '../../src/api/route.ts'
import { routes } from '../../src/api/routes/all.ts'
import { HOUR, START } from '../support/account.ts'
import { checked, type TestApi, testApi } from '../support/api.ts'
import { series } from '../support/events.ts'
import { heapInUse } from '../support/heap.ts'
import { bomb, bytes, junk, word } from '../support/junk.ts'
import { describeDatabase } from '../support/postgres.ts'
import { schemaArbitrary } from '../support/schemaArbitrary.ts'
import { isFullSize, sized } from '../support/size.ts'

const REQUESTS = sized(3_000, 200_000)
const SAMPLES = 8
/** What caches that fill up, and the optimiser, may take in the second half (megabytes). */
const LEEWAY = 8
/** Routes that no request here can bring to success, and why. */
const BEYOND: Record<string, string> = {}

/** An account that there is, and what there is to say about it. */
interface Subject {
  accountId: string
  violationId: string
  appealId: string
}

/** What stands for a part of the subject until it is known which. */
const known = {
  accountId: fc.constant('@accountId'),
  violationId: fc.constant('@violationId'),
  version: fc.integer({ min: 1, max: 4 }),
}
const about = (json: string, subject: Subject): string =>
  json.replaceAll(/"@(\w+)"/g, (_, part: keyof Subject) => JSON.stringify(subject[part]))

interface Asked {
  route: Route
  id: string | undefined
  subject: number
  query: unknown
  headers: unknown
  body: { type: string; encoding?: string; content: Buffer | string }
}

const JSON_TYPE = 'application/json'
const NDJSON = 'application/x-ndjson'
const types = fc.constantFrom(
  JSON_TYPE,
  NDJSON,
  'text/plain',
  'application/json; charset=utf-16',
  ';;',
  'multipart/form-data',
)
const lines = (value: unknown) =>
  Array.isArray(value) ? value.map((one) => JSON.stringify(one) ?? '').join('\n') : (JSON.stringify(value) ?? '')

/** What can be asked of a route: most of it as its schemas want it. */
function asking(route: Route): fc.Arbitrary<Asked> {
  const wanted = schemaArbitrary(route.items ?? route.body ?? z.unknown(), known)
  const json = (value: unknown) => ({ type: JSON_TYPE, content: JSON.stringify(value) ?? '' })
  const body: fc.Arbitrary<Asked['body']> = fc.oneof(
    { weight: 10, arbitrary: wanted.map(json) },
    { weight: route.streams ? 5 : 1, arbitrary: wanted.map((value) => ({ type: NDJSON, content: lines(value) })) },
    { weight: 2, arbitrary: junk.map(json) },
    { weight: 3, arbitrary: fc.record({ type: fc.oneof(fc.constant(JSON_TYPE), types), content: bytes }) },
    { weight: 1, arbitrary: fc.record({ type: types, encoding: fc.constantFrom('gzip', 'br', 'x'), content: bomb }) },
  )
  const part = (schema: Route['query']) =>
    schema
      ? fc.oneof(
          { weight: 4, arbitrary: schemaArbitrary(schema, {}) },
          { weight: 1, arbitrary: fc.dictionary(word, word, { maxKeys: 3 }) },
        )
      : fc.constant({})
  return fc.record({
    route: fc.constant(route),
    id: fc.oneof({ weight: 10, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: word }),
    subject: fc.nat(),
    query: part(route.query),
    headers: part(route.headers),
    body,
  })
}

/** A value of any type, as it stands where only text can. */
const written = (value: unknown) => `${JSON.stringify(value)}`.replaceAll('"', '')

/** A query as it is sent: a wrong value may be of any type, and an unpaired surrogate cannot be written. */
function queryOf(query: unknown): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query as object)) parameters.append(name.toWellFormed(), written(value))
  return parameters.toString()
}

/** Headers whose values can be sent at all. */
const sendable = (headers: unknown) =>
  Object.fromEntries(
    Object.entries(headers as object)
      .map(([name, value]) => [name, written(value)])
      .filter(([name, value]) => /^[\w-]+$/.test(name!) && name !== 'host' && /^[\x21-\x7e]*$/.test(value!)),
  )

async function send(api: TestApi, { route, id, subject, query, headers, body }: Asked, subjects: readonly Subject[]) {
  const whom = subjects[subject % subjects.length]!
  const own = route.path.includes('/appeals/') ? whom.appealId : whom.accountId
  const path = route.path.replace('{id}', encodeURIComponent((id ?? own).toWellFormed()) || '-')
  const { type, encoding, content } = body
  const isPost = route.method === 'POST'
  const key = route.roles === 'anyone' ? undefined : api.keys[route.roles[0]!].key
  const answer = await api.app.inject({
    method: route.method,
    url: `${path}?${queryOf(query)}`,
    headers: {
      ...sendable(headers),
      ...(key ? { authorization: `Bearer ${key}` } : {}),
      ...(isPost ? { 'content-type': type, ...(encoding ? { 'content-encoding': encoding } : {}) } : {}),
    },
    ...(isPost ? { payload: typeof content === 'string' ? about(content, whom) : content } : {}),
    payloadAsStream: true,
  })
  const { statusCode: status } = answer
  const isFollowing = `${answer.headers['content-type']}`.startsWith('text/event-stream')
  if (isFollowing) answer.stream().destroy()
  const said = isFollowing ? '' : await text(answer.stream())
  expect([status, said]).toEqual([expect.toSatisfy((one) => one < 500), said])
  const isJson = /json/.test(`${answer.headers['content-type']}`)
  checked(route.method, path, {
    status,
    text: said,
    body: isJson ? JSON.parse(said) : undefined,
    headers: answer.headers,
  })
  if (isPost && encoding) expect(status).toBe(415)
  return status
}

describeDatabase('whatever is sent', () => {
  const api = testApi((documents) => {
    documents.policy.banReview = 'hold'
  })
  /** Accounts with a violation, half of them with an appeal; some wait for a ban to be confirmed. Their names are no help. */
  async function seeded(): Promise<Subject[]> {
    const names = [
      '__proto__',
      'constructor',
      'toString',
      '%2F..%00',
      '愛',
      ...Array.from({ length: 25 }, (_, i) => `subject-${i}`),
    ]
    const subjects: Subject[] = []
    api.clock.now = START + 72 * HOUR
    for (const [index, accountId] of names.entries()) {
      const from = index % 3 === 0 ? [0, 120, 60 * 40] : [0]
      await api.post(from.flatMap((minute) => series(accountId, 'non_coding', minute, 30)))
      const account = (await api.ask('support', `GET /v1/accounts/${encodeURIComponent(accountId)}`)).body
      const violationId = account.violations.at(-1).id
      const isAppealed = index % 2 === 0
      const filed = isAppealed && (await api.ask('gateway', 'POST /v1/appeals', { accountId, violationId })).body.appeal
      subjects.push({ accountId, violationId, appealId: filed ? filed.id : 'apl_none' })
    }
    await api.relay()
    return subjects
  }

  test(
    'the answer is success or a documented refusal, every route can succeed, and memory stays flat',
    async () => {
      const subjects = await seeded()
      const statuses = new Map(routes.map(({ method, path }) => [`${method} ${path}`, new Map<number, number>()]))
      const heap: number[] = []
      let asked = 0
      await fc.assert(
        fc.asyncProperty(fc.oneof(...routes.map(asking)), async (request) => {
          const status = await send(api, request, subjects)
          const counts = statuses.get(`${request.route.method} ${request.route.path}`)!
          counts.set(status, (counts.get(status) ?? 0) + 1)
          if (++asked % (REQUESTS / SAMPLES) === 0) heap.push(heapInUse())
        }),
        { numRuns: REQUESTS },
      )
      const table = [...statuses].map(
        ([route, counts]) =>
          `${route}: ${[...counts]
            .sort()
            .map((one) => one.join(' × '))
            .join(', ')}`,
      )
      if (isFullSize) console.log([`heap in MB: ${heap.map(Math.round).join(' ')}`, ...table].join('\n'))
      const failing = [...statuses].filter(
        ([route, counts]) => !(route in BEYOND) && ![...counts.keys()].some((one) => one < 300),
      )
      expect(failing, table.join('\n')).toEqual([])
      const half = SAMPLES / 2
      expect(Math.max(...heap.slice(half)), `${heap}`).toBeLessThan(Math.max(...heap.slice(0, half)) + LEEWAY)
    },
    sized(180_000, 3_600_000),
  )
})

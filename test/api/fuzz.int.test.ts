import { text } from 'node:stream/consumers'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { routes } from '../../src/api/routes/all.ts'
import { START, scored } from '../support/account.ts'
import { posted, testApi } from '../support/api.ts'
import { describeDatabase } from '../support/postgres.ts'

const names = [
  'accountId',
  'plan',
  'inFlight',
  'version',
  'outcome',
  'reason',
  'violationId',
  'statement',
  '__proto__',
  'constructor',
  'toString',
]
const anything = fc.anything({
  maxDepth: 4,
  withNullPrototype: false,
  key: fc.oneof(fc.constantFrom(...names), fc.string()),
})
const word = fc.oneof(
  fc.constantFrom('ada', 'pro', 'upheld', '__proto__', '\0', '\ud800', '1e999'),
  fc.string({ unit: 'binary', maxLength: 300 }),
)
const value = fc.oneof(anything, word, fc.integer(), fc.double())
const shaped = fc.dictionary(fc.constantFrom(...names), value)
const event = fc
  .dictionary(
    fc.constantFrom('id', 'time', 'plan', 'client', 'tokens', 'score', 'input', 'admitted', '__proto__'),
    value,
  )
  .map((change) => ({ ...posted(scored('coding', START)), ...change }))
const json = fc
  .oneof(anything, shaped, fc.array(fc.oneof(event, anything), { maxLength: 5 }))
  .map((one) => Buffer.from(JSON.stringify(one) ?? ''))
const deep = fc.integer({ min: 1, max: 30_000 }).map((depth) => Buffer.from('['.repeat(depth) + ']'.repeat(depth)))
const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
const payload = fc.oneof(
  { weight: 8, arbitrary: json },
  { weight: 1, arbitrary: noise },
  { weight: 1, arbitrary: deep },
)
const type = fc.oneof(
  { weight: 6, arbitrary: fc.constant('application/json') },
  { weight: 3, arbitrary: fc.constant('application/x-ndjson') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('text/plain', 'application/json; charset=utf-16', ';;', 'multipart/form-data'),
  },
)
const query = fc.dictionary(
  fc.constantFrom('after', 'before', 'limit', 'since', 'status', 'x'),
  fc.oneof(word, fc.integer().map(String)),
  { maxKeys: 3 },
)

const encoded = (text: string) => encodeURIComponent(text.toWellFormed()) || '-'

describeDatabase('whatever is sent', () => {
  const api = testApi()

  test('the answer is success or a refusal, never a failure', async () => {
    const request = fc.record({ one: fc.constantFrom(...routes), id: word, query, type, payload })
    await fc.assert(
      fc.asyncProperty(request, async ({ one, id, query, type, payload }) => {
        const parameters = new URLSearchParams()
        for (const [name, value] of Object.entries(query)) parameters.append(name, value.toWellFormed())
        const isPost = one.method === 'POST'
        const answer = await api.app.inject({
          method: one.method,
          url: `${one.path.replace('{id}', encoded(id))}?${parameters}`,
          headers: { authorization: `Bearer ${api.keys.admin.key}`, ...(isPost ? { 'content-type': type } : {}) },
          ...(isPost ? { payload } : {}),
          payloadAsStream: true,
        })
        const isFollowing = answer.headers['content-type'] === 'text/event-stream; charset=utf-8'
        const body = isFollowing ? answer.stream().destroy() : await text(answer.stream())
        expect([answer.statusCode, body]).toEqual([expect.toSatisfy((status) => status < 500), expect.anything()])
        if (answer.statusCode >= 400) expect(answer.headers['content-type']).toBe('application/problem+json')
      }),
      { numRuns: 1_500 },
    )
  })
})

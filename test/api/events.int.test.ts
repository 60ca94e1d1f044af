import { expect, test } from 'vitest'
import { MOST_EVENTS } from '../../src/api/postedEvents.ts'
import { QueueFull } from '../../src/consume/httpSource.ts'
import { MINUTE, START, scored } from '../support/account.ts'
import { posted, testApi } from '../support/api.ts'
import { series } from '../support/events.ts'
import { describeDatabase } from '../support/postgres.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describeDatabase('posting events', () => {
  const api = testApi()

  const stream = (payload: string | Uint8Array, headers: Record<string, string> = {}) =>
    api.app.inject({
      method: 'POST',
      url: '/v1/events',
      headers: {
        authorization: `Bearer ${api.keys.gateway.key}`,
        'content-type': 'application/x-ndjson',
        ...headers,
      },
      payload: Buffer.from(payload as string),
    })

  const ordinalOf = async (accountId: string) =>
    (await api.deps.accounts.load([accountId])).get(accountId)!.state.ordinal

  test('an array is stored before the answer, and sent again it changes nothing', async () => {
    const events = series('ada', 'coding', 0, 3)
    expect((await api.post(events)).body).toEqual({ accepted: 3, duplicates: 0, rejected: [] })
    expect(await ordinalOf('ada')).toBe(3)
    expect((await api.post(events)).body).toEqual({ accepted: 0, duplicates: 3, rejected: [] })
    expect(await ordinalOf('ada')).toBe(3)
  })

  test('an event that cannot be read is rejected alone, with its place, path and reason', async () => {
    const good = series('ben', 'coding', 0, 2).map(posted)
    const { status, body } = await api.ask('gateway', 'POST /v1/events', [
      good[0],
      { ...good[1], plan: 'gold', id: 'bad-plan' },
      { accountId: 'ben' },
      'no event',
      { ...good[1], id: 'bad\0id' },
      good[1],
    ])
    expect(status).toBe(202)
    expect(body).toMatchObject({ accepted: 2, duplicates: 0 })
    expect(body.rejected).toMatchObject([
      { index: 1, id: 'bad-plan', path: 'plan' },
      { index: 2, id: null, path: 'id', message: 'is missing' },
      { index: 3, id: null, path: '' },
      { index: 4, id: 'bad\0id', path: 'id', message: 'holds U+0000' },
    ])
  })

  test('NDJSON is read line by line, however its lines end', async () => {
    const [first, second] = series('cat', 'coding', 0, 2).map((event) => JSON.stringify(posted(event)))
    const answer = await stream(`${first}\r\n\n{"id":"torn",\n${second}`)
    expect(answer.statusCode).toBe(202)
    expect(answer.json()).toMatchObject({ accepted: 2, rejected: [{ index: 2, id: null, path: '' }] })
  })

  test('a line that is not UTF-8 is rejected alone, and no prompt comes back in a reason', async () => {
    const [good] = series('dan', 'coding', 0, 1).map((event) => JSON.stringify(posted(event)))
    const prompt = JSON.stringify({ ...posted(scored('coding', START)), score: undefined, input: 'secret words' })
    const answer = await stream(
      Buffer.concat([bytes(`${good}\n`), Uint8Array.of(0xff, 0xfe, 10), bytes(`${prompt}\n{"secret words`)]),
    )
    expect(answer.json()).toMatchObject({ accepted: 1, rejected: [{ index: 1 }, { index: 2 }, { index: 3 }] })
    expect(answer.body).not.toContain('secret words')
  })

  test('a text is scored on the way and not stored', async () => {
    const { score: _, ...bare } = posted(scored('coding', START, { accountId: 'eve' }))
    const text = 'Write a sonnet about the peculiar zanzibar moon'
    expect((await api.ask('gateway', 'POST /v1/events', [{ ...bare, input: { text } }])).body.accepted).toBe(1)
    const { rows } = await api.db.query(
      "select encode(state, 'escape') as state from accounts where account_id = 'eve'",
    )
    expect(rows[0].state).not.toContain('zanzibar')
  })

  test('a time more than five minutes ahead is refused, five minutes are not', async () => {
    api.clock.now = START
    const body = await api.post([
      scored('coding', START + 5 * MINUTE, { accountId: 'fay' }),
      scored('coding', START + 5 * MINUTE + 1, { accountId: 'fay', id: 'ahead' }),
    ])
    expect(body.body).toMatchObject({ accepted: 1, rejected: [{ index: 1, id: 'ahead', path: 'time' }] })
    expect(body.body.rejected[0].message).toContain('time_in_future')
  })

  test('an event that comes too late to count is accepted all the same', async () => {
    await api.post([scored('coding', START + 60 * MINUTE, { accountId: 'gus' })])
    expect((await api.post([scored('coding', START, { accountId: 'gus' })])).body).toMatchObject({ accepted: 1 })
  })

  test('nothing at all is a fine post', async () => {
    expect((await api.post([])).body).toEqual({ accepted: 0, duplicates: 0, rejected: [] })
    expect((await stream('\n')).json()).toEqual({ accepted: 0, duplicates: 0, rejected: [] })
  })

  test.each([
    ['an object instead of an array', '{}', 'application/json', 400, 'bad_input'],
    ['no JSON', '[{"a": nonsense}]', 'application/json', 400, 'bad_input'],
    ['no body', '', 'application/json', 400, 'bad_input'],
    ['another media type', 'a,b', 'text/csv', 415, 'unsupported_media_type'],
    ['too many events', `[${'0,'.repeat(MOST_EVENTS)}0]`, 'application/json', 413, 'too_large'],
    ['too many lines', '0\n'.repeat(MOST_EVENTS + 1), 'application/x-ndjson', 413, 'too_large'],
    ['too many bytes', `["${'x'.repeat(8 << 20)}"]`, 'application/json', 413, 'too_large'],
  ])('%s is refused', async (_what, payload, type, status, code) => {
    const answer = await stream(payload, { 'content-type': type })
    expect([answer.statusCode, answer.json().code]).toEqual([status, code])
    expect(answer.body).not.toContain('nonsense')
  })

  test('a compressed body is refused unread', async () => {
    const answer = await stream('', { 'content-encoding': 'gzip' })
    expect([answer.statusCode, answer.json().code]).toEqual([415, 'unsupported_media_type'])
  })

  test('NDJSON is read by this endpoint alone', async () => {
    const headers = { authorization: `Bearer ${api.keys.gateway.key}`, 'content-type': 'application/x-ndjson' }
    const answer = await api.app.inject({ method: 'POST', url: '/v1/check', headers, payload: '{}' })
    expect(answer.statusCode).toBe(415)
  })
})

describeDatabase('posting events in other circumstances', () => {
  const full = {
    waiting: 1,
    accept: () => Promise.reject(new QueueFull()),
    drained: async () => {},
  } as unknown as ReturnType<typeof testApi>['deps']['source']

  const busy = testApi(() => {}, { source: full })
  test('a full queue says when to come back', async () => {
    const answer = await busy.post(series('hal', 'coding', 0, 1))
    expect(answer).toMatchObject({ status: 429, body: { code: 'queue_full' }, headers: { 'retry-after': '1' } })
  })

  const timeless = testApi(() => {}, { clock: 'events' })
  test('with the clock of the events no time is in the future', async () => {
    timeless.clock.now = 0
    expect((await timeless.post(series('ida', 'coding', 0, 1))).body).toMatchObject({ accepted: 1, rejected: [] })
  })
})

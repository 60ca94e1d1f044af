import { expect, test } from 'vitest'
import { HOUR, MINUTE, START } from '../support/account.ts'
import { testApi } from '../support/api.ts'
import { series } from '../support/events.ts'
import { describeDatabase } from '../support/postgres.ts'

const action = (body: { actions: { name: string; target: string | null }[] }, name: string) =>
  body.actions.filter((one) => one.name === name)

describeDatabase('reading an account', () => {
  const api = testApi()

  test('a throttled account says why, how it recovers and what may be done', async () => {
    await api.post(series('ada', 'non_coding', 0, 30))
    const { status, body } = await api.ask('support', 'GET /v1/accounts/ada')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      accountId: 'ada',
      plan: 'pro',
      restriction: { kind: 'throttle', cause: body.violations[0].id },
      violations: [{ rule: 'sustained-non-coding', status: 'active', severity: 'major' }],
      recovery: { coding: 0, needed: { coding: 20, codingShare: 0.9, minutes: 30 } },
      entitlementVersion: 2,
    })
    expect(body.violations[0].leaves[0]).toMatchObject({ fact: 'usage.1h.nonCoding', actual: 20, held: true })
    expect(action(body, 'fileAppeal')).toMatchObject([{ target: body.violations[0].id, allowed: true, reason: null }])
    expect(action(body, 'confirmBan')).toMatchObject([
      { allowed: false, code: 'no_ban_to_review', reason: 'No ban of this account waits for review.' },
    ])
  })

  test('its progress towards recovery is told, and recovered it is free', async () => {
    await api.post([...series('ben', 'non_coding', 0, 30), ...series('ben', 'coding', 30, 10)])
    expect((await api.ask('support', 'GET /v1/accounts/ben')).body.recovery).toMatchObject({ requests: 20, coding: 10 })
    await api.post(series('ben', 'coding', 40, 40))
    expect((await api.ask('support', 'GET /v1/accounts/ben')).body).toMatchObject({
      restriction: { kind: 'none' },
      recovery: null,
      violations: [{ status: 'active' }],
    })
  })

  test('the timeline is the ledger, page by page', async () => {
    await api.post(series('cat', 'non_coding', 0, 30))
    const { rows } = await api.db.query("select entry from ledger where account_id = 'cat' order by seq")
    const whole = await api.ask('support', 'GET /v1/accounts/cat/timeline')
    expect(whole.body.next).toBe(null)
    expect(whole.body.entries.map((one: unknown) => JSON.stringify(one))).toEqual(rows.map(({ entry }) => entry))

    const entries: { seq: number }[] = []
    for (let after: number | null = 0; after !== null; ) {
      const page = await api.ask('support', `GET /v1/accounts/cat/timeline?limit=1&after=${after}`)
      entries.push(...page.body.entries)
      after = page.body.next
    }
    expect(entries).toEqual(whole.body.entries)
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3])
  })

  test('an erased entry leaves its place', async () => {
    await api.post(series('dan', 'non_coding', 0, 30))
    await api.db.query("update ledger set entry = null, salt = null where account_id = 'dan' and seq = 1")
    const { entries } = (await api.ask('support', 'GET /v1/accounts/dan/timeline')).body
    expect(entries[0]).toEqual({ accountId: 'dan', seq: 1, erased: true })
  })

  test('notices are what the holder was told, with their moment', async () => {
    await api.post(series('eve', 'non_coding', 0, 30))
    const { notices } = (await api.ask('support', 'GET /v1/accounts/eve/notices')).body
    expect(notices).toMatchObject([
      { kind: 'throttle', automated: true, at: new Date(START + 19 * MINUTE).toISOString() },
    ])
    expect(notices[0].statement.en.text).toContain('sustained-non-coding')
  })

  test('the entitlement is the one in force', async () => {
    await api.post(series('fay', 'non_coding', 0, 30))
    const { body } = await api.ask('support', 'GET /v1/accounts/fay/entitlement')
    expect(body).toMatchObject({ accountId: 'fay', version: 2, access: 'throttle', maxConcurrency: 1 })
  })

  test('every read is put on record before it is answered', async () => {
    await api.post(series('gus', 'coding', 0, 1))
    for (const path of ['', '/entitlement', '/timeline', '/notices'])
      await api.ask('support', `GET /v1/accounts/gus${path}`)
    await api.ask('gateway', 'GET /v1/accounts/gus')
    const { rows } = await api.db.query(
      'select key_id, what from evidence_access where account_id = $1 order by access_id',
      ['gus'],
    )
    const { keyId } = api.keys.support
    expect(rows).toEqual(['summary', 'entitlement', 'timeline', 'notices'].map((what) => ({ key_id: keyId, what })))
  })

  test('an account that nobody knows is not found, and leaves no trace', async () => {
    const count = async () => (await api.db.query('select count(*) from evidence_access')).rows[0].count
    const before = await count()
    for (const path of ['', '/entitlement', '/timeline', '/notices'])
      expect(await api.ask('support', `GET /v1/accounts/no-one${path}`)).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      })
    expect(await count()).toBe(before)
  })

  test('an account may have any name, in the address too', async () => {
    const name = '名/?#% \u{1f600}'.padEnd(64, '\u{1f600}')
    await api.post(series(name, 'coding', 0, 1))
    expect((await api.ask('support', `GET /v1/accounts/${encodeURIComponent(name)}`)).body.accountId).toBe(name)
  })

  test.each([
    ['/v1/accounts/a%00b', 'params', 'id'],
    ['/v1/accounts/ada/timeline?limit=0', 'query', 'limit'],
    ['/v1/accounts/ada/timeline?after=-1', 'query', 'after'],
    ['/v1/accounts/ada/timeline?after=x', 'query', 'after'],
    ['/v1/accounts/ada/timeline?limit=5&limit=6', 'query', 'limit'],
  ])('GET %s is bad input', async (url, where, path) => {
    const { status, body } = await api.ask('support', `GET ${url}`)
    expect([status, body.code, body.errors]).toMatchObject([400, 'bad_input', [{ in: where, path }]])
  })

  test.each(['/v1/accounts/%', '/v1/accounts/%ff'])('GET %s is no address', async (url) => {
    const answer = await api.ask('support', `GET ${url}`)
    expect(answer.status).toBe(400)
  })
})

describeDatabase('asking whether a request may pass', () => {
  const api = testApi()
  const check = async (accountId: string, inFlight: number, plan = 'pro') =>
    (await api.ask('gateway', 'POST /v1/check', { accountId, plan, inFlight })).body

  test('an account that nobody knows has what its plan grants', async () => {
    expect(await check('new', 4)).toEqual({ allowed: true, access: 'allow', maxConcurrency: 4 })
    expect(await check('new', 8, 'max')).toMatchObject({ allowed: true, maxConcurrency: 8 })
    expect(await check('new', 5)).toEqual({
      ...{ allowed: false, access: 'allow', maxConcurrency: 4, retryAfterSeconds: 1 },
      problem: expect.objectContaining({ status: 429, code: 'too_many_concurrent' }),
    })
  })

  test('a known one has what its own plan grants', async () => {
    await api.post(series('ada', 'coding', 0, 1))
    expect(await check('ada', 5, 'max')).toMatchObject({ allowed: false, maxConcurrency: 4 })
  })

  test('throttled, suspended and banned accounts are told so, with the notice that says why', async () => {
    await api.post(series('ben', 'non_coding', 0, 30))
    expect(await check('ben', 1)).toMatchObject({ allowed: true, access: 'throttle', maxConcurrency: 1 })
    const throttled = await check('ben', 2)
    const notices = async () => (await api.ask('support', 'GET /v1/accounts/ben/notices')).body.notices
    expect(throttled).toMatchObject({ allowed: false, retryAfterSeconds: 1, problem: { status: 429 } })
    expect(throttled.problem.noticeId).toBe((await notices())[0].id)

    await api.post(series('ben', 'non_coding', 120, 30))
    api.clock.now = START + 3 * HOUR
    const suspended = await check('ben', 1)
    expect(suspended).toMatchObject({
      ...{ allowed: false, access: 'suspend', maxConcurrency: 0 },
      problem: { status: 403, code: 'account_suspended', noticeId: (await notices())[1].id },
    })
    expect(await check('ben', 0)).toMatchObject({ allowed: false, access: 'suspend' })
    expect(suspended.retryAfterSeconds).toBe((139 * MINUTE + 24 * HOUR - 3 * HOUR) / 1000)

    api.clock.now = START + 139 * MINUTE + 24 * HOUR // the term has ended, and nobody has looked since
    expect(await check('ben', 1)).toMatchObject({ allowed: true, access: 'throttle', maxConcurrency: 1 })
    const { problem } = await check('ben', 2)
    expect(problem).toMatchObject({ code: 'too_many_concurrent', title: 'Too many requests at once' })
    expect(problem).not.toHaveProperty('noticeId') // the latest one tells of the suspension

    api.clock.now = START + 72 * HOUR
    await api.post(series('ben', 'non_coding', 60 * 40, 30))
    const banned = await check('ben', 1)
    expect(banned).toMatchObject({ allowed: false, access: 'ban', problem: { status: 403, code: 'account_banned' } })
    expect(banned).not.toHaveProperty('retryAfterSeconds')
  })

  test('what it cannot read it refuses, with every fault', async () => {
    const { status, body } = await api.ask('gateway', 'POST /v1/check', { plan: 'gold', inFlight: -1 })
    expect(status).toBe(400)
    const reasons = [
      'is missing',
      'invalid option: expected one of "lite"|"pro"|"max"',
      'too small: expected number to be >=0',
    ]
    expect(body.errors).toEqual(
      ['accountId', 'plan', 'inFlight'].map((path, i) => ({ in: 'body', path, reason: reasons[i] })),
    )
  })
})

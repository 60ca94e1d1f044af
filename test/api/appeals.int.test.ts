import { expect, test } from 'vitest'
import { transaction } from '../../src/db.ts'
import { createKey } from '../../src/persist/keys.ts'
import { DAY, HOUR, MINUTE } from '../support/account.ts'
import { testApi } from '../support/api.ts'
import { series } from '../support/events.ts'
import { describeDatabase } from '../support/postgres.ts'

type Typed = { type: string }
const types = (entries: Typed[]) => entries.map(({ type }) => type)

describeDatabase('appeals', () => {
  const api = testApi()

  const another = async () => transaction(api.db, (tx) => createKey(tx, 'support'))
  const misused = async (accountId: string): Promise<string> => {
    await api.post(series(accountId, 'non_coding', 0, 30))
    return (await api.ask('support', `GET /v1/accounts/${accountId}`)).body.violations[0].id
  }
  const filed = async (accountId: string) => {
    const violationId = await misused(accountId)
    return (await api.ask('gateway', 'POST /v1/appeals', { accountId, violationId })).body.appeal
  }

  test('one that is won makes the account whole before its next request', async () => {
    const accountId = 'ada'
    const violationId = await misused(accountId)
    await api.relay()
    const { next } = (await api.ask('gateway', 'GET /v1/entitlements')).body

    const statement = 'These were test prompts.'
    const made = await api.ask('gateway', 'POST /v1/appeals', { accountId, violationId, statement })
    expect(made).toMatchObject({ status: 201, body: { appeal: { accountId, violationId, status: 'open' } } })
    expect(made.body.entries[0]).toMatchObject({ actor: `gateway:${api.keys.gateway.keyId}`, appeal: { statement } })
    const { id } = made.body.appeal

    expect((await api.ask('support', 'GET /v1/appeals?status=open')).body.appeals).toMatchObject([{ id, accountId }])
    const claimed = await api.ask('support', `POST /v1/appeals/${id}/claim`)
    const reviewer = `support:${api.keys.support.keyId}`
    const leaseUntil = new Date(api.clock.now + 30 * MINUTE).toISOString()
    expect(claimed.body.appeal).toMatchObject({ status: 'claimed', reviewer, leaseUntil })

    const decision = { outcome: 'overturned', reason: 'Right: they were.' }
    const decided = await api.ask('support', `POST /v1/appeals/${id}/decision`, decision)
    expect(decided.body.appeal.status).toBe('overturned')
    expect(types(decided.body.entries)).toEqual([
      'AppealDecided',
      'NoticeIssued',
      'ViolationVoided',
      'RestrictionLifted',
      'NoticeIssued',
    ])
    expect(decided.body.entries[0]).toMatchObject({ actor: reviewer, commandAt: new Date(api.clock.now).toISOString() })

    const { body } = await api.ask('support', `GET /v1/accounts/${accountId}`)
    expect(body).toMatchObject({
      restriction: { kind: 'none' },
      violations: [{ status: 'voided' }],
      entitlementVersion: 3,
    })
    expect(body.pardons).toMatchObject([{ rule: 'sustained-non-coding' }])
    expect((await api.ask('gateway', 'POST /v1/check', { accountId, plan: 'pro', inFlight: 4 })).body.allowed).toBe(
      true,
    )

    await api.relay()
    const feed = (await api.ask('gateway', `GET /v1/entitlements?since=${next}`)).body
    expect(feed.changes).toMatchObject([{ entitlement: { accountId, version: 3, access: 'allow', reason: null } }])
    const { notices } = (await api.ask('support', `GET /v1/accounts/${accountId}/notices`)).body
    expect(notices.map((one: { kind: string }) => one.kind)).toEqual([
      'throttle',
      'appealFiled',
      'appealOverturned',
      'liftedByReviewer',
    ])

    for (const version of [3, 2]) // what is late does not take it back
      await api.ask('gateway', 'POST /v1/entitlements/ack', { accountId, version, instance: 'edge-1' })
    expect((await api.ask('support', `GET /v1/accounts/${accountId}`)).body.acknowledgements).toMatchObject([
      { gateway: api.keys.gateway.keyId, instance: 'edge-1', version: 3 },
    ])
  })

  test('one that is upheld changes nothing but itself', async () => {
    const { id, accountId } = await filed('ben')
    await api.ask('support', `POST /v1/appeals/${id}/claim`)
    const { body } = await api.ask('support', `POST /v1/appeals/${id}/decision`, { outcome: 'upheld', reason: 'No.' })
    expect(types(body.entries)).toEqual(['AppealDecided', 'NoticeIssued'])
    expect((await api.ask('support', `GET /v1/accounts/${accountId}`)).body.restriction.kind).toBe('throttle')
  })

  test('one that is given back may be taken by another at once', async () => {
    const { id } = await filed('gil')
    const other = await another()
    await api.ask('support', `POST /v1/appeals/${id}/claim`)
    expect(await api.ask(other, `POST /v1/appeals/${id}/release`)).toMatchObject({
      status: 409,
      body: { reason: 'appeal_claimed_by_other' },
    })
    const { body } = await api.ask('support', `POST /v1/appeals/${id}/release`)
    expect(types(body.entries)).toEqual(['AppealReleased'])
    expect(body.appeal).toMatchObject({ status: 'open' })
    expect(body.appeal).not.toHaveProperty('reviewer')
    expect((await api.ask(other, `POST /v1/appeals/${id}/claim`)).status).toBe(200)
  })

  test('a second reviewer is refused and told why, until the lease has ended', async () => {
    const { id } = await filed('cat')
    const other = await another()
    await api.ask('support', `POST /v1/appeals/${id}/claim`)
    const refusal = { status: 409, body: { code: 'command_refused', reason: 'appeal_claimed_by_other' } }
    expect(await api.ask(other, `POST /v1/appeals/${id}/claim`)).toMatchObject(refusal)
    const decision = { outcome: 'overturned', reason: 'Mine.' }
    const tried = await api.ask(other, `POST /v1/appeals/${id}/decision`, decision)
    expect(tried).toMatchObject(refusal)
    expect(tried.body.detail).toContain(api.keys.support.keyId)
    const seen = (await api.ask(other, 'GET /v1/accounts/cat')).body.actions
    expect(seen.find((one: { name: string }) => one.name === 'claimAppeal')).toMatchObject({
      allowed: false,
      code: 'appeal_claimed_by_other',
    })

    api.clock.now += 31 * MINUTE
    expect((await api.ask(other, `POST /v1/appeals/${id}/claim`)).status).toBe(200)
    expect((await api.ask(other, `POST /v1/appeals/${id}/decision`, decision)).status).toBe(200)
    expect(await api.ask('support', `POST /v1/appeals/${id}/claim`)).toMatchObject({
      status: 409,
      body: { reason: 'appeal_decided' },
    })
  })

  test('of two decisions at once there is one', async () => {
    const { id, accountId } = await filed('dan')
    await api.ask('support', `POST /v1/appeals/${id}/claim`)
    const decide = () =>
      api.ask('support', `POST /v1/appeals/${id}/decision`, { outcome: 'overturned', reason: 'Yes.' })
    const answers = await Promise.all([decide(), decide(), decide(), decide()])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
    const { entries } = (await api.ask('support', `GET /v1/accounts/${accountId}/timeline`)).body
    expect(types(entries).filter((type) => type === 'AppealDecided')).toHaveLength(1)
  })

  test('an appeal is shown with its violation, and that is put on record', async () => {
    const { id, accountId } = await filed('eve')
    const { body } = await api.ask('support', `GET /v1/appeals/${id}`)
    expect(types(body.entries)).toEqual(['ViolationRecorded', 'AppealFiled'])
    expect(body.appeal).toMatchObject({ id, accountId, rule: 'sustained-non-coding', severity: 'major' })
    const { rows } = await api.db.query(
      "select key_id from evidence_access where account_id = 'eve' and what = 'appeal'",
    )
    expect(rows).toEqual([{ key_id: api.keys.support.keyId }])
  })

  test('the list goes page by page', async () => {
    for (const name of ['p1', 'p2', 'p3']) await filed(name)
    const all = (await api.ask('support', 'GET /v1/appeals')).body.appeals
    const paged: unknown[] = []
    for (let query = ''; ; ) {
      const { appeals, next } = (await api.ask('support', `GET /v1/appeals?limit=2${query}`)).body
      paged.push(...appeals)
      if (next === null) break
      query = `&after=${next}`
    }
    expect(all.length).toBeGreaterThan(2)
    expect(paged).toEqual(all)
    expect((await api.ask('support', 'GET /v1/appeals?after=abc')).status).toBe(400)
    const { rows } = await api.db.query(
      `select account_id, key_id, count(*)::int as count from evidence_access
       where what = 'appeals' and account_id like 'p_' group by 1, 2 order by 1`,
    )
    // once in the whole list and once in a page, though a page looks one further
    expect(rows).toEqual(['p1', 'p2', 'p3'].map((id) => ({ account_id: id, key_id: api.keys.support.keyId, count: 2 })))
    expect((await api.ask('support', 'GET /v1/appeals?status=lost')).status).toBe(400)
  })

  test('what the state does not allow is refused with its reason', async () => {
    const { violationId } = await filed('fay')
    const file = (accountId: string, id: string) =>
      api.ask('support', 'POST /v1/appeals', { accountId, violationId: id })
    expect(await file('fay', violationId)).toMatchObject({ status: 409, body: { reason: 'appeal_open' } })
    expect(await file('fay', 'vio_no')).toMatchObject({ status: 409, body: { reason: 'unknown_violation' } })
    expect(await file('no-one', violationId)).toMatchObject({ status: 404 })
    expect(await api.ask('support', 'POST /v1/appeals/apl_no/claim')).toMatchObject({ status: 404 })

    const late = await misused('gus')
    api.clock.now += 91 * DAY
    expect(await file('gus', late)).toMatchObject({ status: 409, body: { reason: 'appeal_window_over' } })
  })

  test('a reason and a statement hold nothing that cannot be kept', async () => {
    const violationId = await misused('hal')
    const file = (statement: string) =>
      api.ask('support', 'POST /v1/appeals', { accountId: 'hal', violationId, statement })
    expect((await file('a\0b')).body.errors).toMatchObject([{ path: 'statement', reason: 'holds U+0000' }])
    expect((await file('a\ud800b')).body.errors).toMatchObject([{ path: 'statement' }])
    expect((await file('x'.repeat(10_001))).status).toBe(400)
    expect((await file('“Ganz & gar”\n\t\u{1f600}')).status).toBe(201)
  })
})

describeDatabase('bans that wait for review', () => {
  const api = testApi((documents) => {
    documents.policy.banReview = 'hold'
  })

  const held = async (accountId: string) => {
    api.clock.now += 72 * HOUR
    for (const from of [0, 120, 60 * 40]) await api.post(series(accountId, 'non_coding', from, 30))
    const { body } = await api.ask('support', `GET /v1/accounts/${accountId}`)
    expect(body.restriction).toMatchObject({ kind: 'suspension', until: null })
    expect(
      body.actions.filter((one: { name: string; allowed: boolean }) => /Ban$/.test(one.name) && one.allowed),
    ).toHaveLength(2)
  }

  test('confirmed, it is a ban, and cannot be confirmed twice', async () => {
    await held('ada')
    const confirm = () => api.ask('support', 'POST /v1/accounts/ada/ban/confirm', { reason: 'Seen all of it.' })
    expect(types((await confirm()).body.entries)).toEqual(['RestrictionImposed', 'NoticeIssued'])
    expect((await api.ask('support', 'GET /v1/accounts/ada')).body.restriction.kind).toBe('ban')
    expect(await confirm()).toMatchObject({ status: 409, body: { reason: 'no_ban_to_review' } })
  })

  test('declined, it voids the third violation', async () => {
    await held('ben')
    const { body } = await api.ask('admin', 'POST /v1/accounts/ben/ban/decline', { reason: 'A false alarm.' })
    expect(types(body.entries)).toContain('ViolationVoided')
    expect(body.entries[0].actor).toBe(`support:${api.keys.admin.keyId}`)
    const { violations } = (await api.ask('support', 'GET /v1/accounts/ben')).body
    expect(violations.map((one: { status: string }) => one.status)).toEqual(['active', 'active', 'voided'])
  })

  test('are listed, page by page, until they are decided', async () => {
    const list = async (query = '') => (await api.ask('support', `GET /v1/bans${query}`)).body
    for (const accountId of ['moe', 'noa']) await held(accountId)
    const { violations } = (await api.ask('support', 'GET /v1/accounts/noa')).body
    const moe = expect.objectContaining({ accountId: 'moe' })
    const noa = { accountId: 'noa', violationId: violations[2].id, at: violations[2].at }
    expect(await list()).toEqual({ bans: [moe, noa], next: null })
    expect(await list('?limit=1')).toEqual({ bans: [moe], next: 'moe' })
    expect(await list('?after=moe')).toEqual({ bans: [noa], next: null })
    await api.ask('support', 'POST /v1/accounts/moe/ban/confirm', { reason: 'Seen all of it.' })
    await api.ask('support', 'POST /v1/accounts/noa/ban/decline', { reason: 'A false alarm.' })
    expect(await list()).toEqual({ bans: [], next: null })
  })

  test('a reason has to be given', async () => {
    const { body } = await api.ask('support', 'POST /v1/accounts/ben/ban/confirm', {})
    expect(body.errors).toMatchObject([{ in: 'body', path: 'reason' }])
  })
})

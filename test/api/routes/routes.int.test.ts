import { expect, test } from 'vitest'
import { buildServer } from '../../../src/api/server.ts'
import { testApi } from '../../support/api.ts'
import { series } from '../../support/events.ts'
import { describeDatabase } from '../../support/postgres.ts'

describeDatabase('the feed of entitlements', () => {
  const api = testApi()
  const page = async (query: string) => (await api.ask('gateway', `GET /v1/entitlements${query}`)).body

  test('gives every change that has its cursor, in order and in pages', async () => {
    await api.post([...series('ada', 'non_coding', 0, 30), ...series('ben', 'coding', 0, 1)])
    expect(await page('')).toEqual({ changes: [], next: 0 })
    await api.relay()
    const whole = await page('')
    expect(whole.changes).toMatchObject([
      { entitlement: { accountId: 'ada', version: 1, access: 'allow' } },
      { entitlement: { accountId: 'ada', version: 2, access: 'throttle' } },
      { entitlement: { accountId: 'ben', version: 1 } },
    ])
    const first = await page('?limit=2')
    const second = await page(`?since=${first.next}`)
    expect([...first.changes, ...second.changes]).toEqual(whole.changes)
    expect(await page(`?since=${whole.next}`)).toEqual({ changes: [], next: whole.next })
  })

  test('an acknowledgement never goes back, and only for what was given out', async () => {
    const ack = (version: number, instance?: string) =>
      api.ask('gateway', 'POST /v1/entitlements/ack', { accountId: 'ada', version, ...(instance ? { instance } : {}) })
    await ack(2)
    await ack(1)
    await ack(1, 'edge-2')
    const { acknowledgements } = (await api.ask('support', 'GET /v1/accounts/ada')).body
    expect(
      acknowledgements.map(({ instance, version }: { instance: string; version: number }) => [instance, version]),
    ).toEqual(
      expect.arrayContaining([
        ['default', 2],
        ['edge-2', 1],
      ]),
    )
    expect(acknowledgements).toHaveLength(2)
    expect(await ack(3)).toMatchObject({ status: 400, body: { errors: [{ path: 'version' }] } })
  })
})

describeDatabase('what the service says of itself', () => {
  const api = testApi()

  test('the rules in force', async () => {
    const { body } = await api.ask('analyst', 'GET /v1/rules')
    const { rules } = api.deps.rules.current().at('', 0, 0)
    expect(body).toMatchObject({ version: rules.version, documents: { policy: { banReview: 'none' } } })
    expect(body.documents.detect.map((one: { name: string }) => one.name)).toContain('drip-non-coding')
  })

  test('alive, and ready or not', async () => {
    expect((await api.ask('nobody', 'GET /healthz')).body).toEqual({ status: 'alive' })
    expect((await api.ask('nobody', 'GET /readyz')).body).toEqual({ status: 'ready' })
    const app = buildServer({ ...api.deps, isReady: () => false })
    const answer = await app.inject({ url: '/readyz' })
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '1'])
    await app.close()
  })

  test('metrics count events, commands and requests by route, never by account', async () => {
    await api.post(series('secretive', 'coding', 0, 3))
    await api.ask('support', 'GET /v1/accounts/secretive')
    await api.ask('support', 'POST /v1/accounts/secretive/ban/confirm', { reason: 'no' })
    const { text } = await api.ask('nobody', 'GET /metrics')
    expect(text).toContain('lanekeeper_events_total{outcome="evidence"} 3')
    expect(text).toContain('lanekeeper_classifications_total{label="coding"} 3')
    expect(text).toContain('lanekeeper_commands_total{type="ConfirmBan",result="no_ban_to_review"} 1')
    expect(text).toContain('route="/v1/accounts/:id",status="200"')
    expect(text).toContain('lanekeeper_events_waiting 0')
    expect(text).not.toContain('secretive')
  })

  test('the document names every endpoint', async () => {
    const { paths } = (await api.ask('nobody', 'GET /openapi.json')).body
    expect(Object.keys(paths)).toContain('/v1/appeals/{id}/decision')
    expect(paths['/v1/check'].post['x-roles']).toEqual(['gateway', 'admin'])
  })
})

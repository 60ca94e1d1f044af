import { expect, test } from 'vitest'
import { routes } from '../../src/api/routes/all.ts'
import { type Role, roles } from '../../src/persist/keys.ts'
import { testApi } from '../support/api.ts'
import { describeDatabase } from '../support/postgres.ts'

/** Who may call what (DESIGN 4.5). A new route fails until it is entered here. */
const MATRIX: Record<string, readonly Role[] | 'anyone'> = {
  'POST /v1/events': ['gateway', 'admin'],
  'POST /v1/check': ['gateway', 'admin'],
  'GET /v1/entitlements': ['gateway', 'admin'],
  'GET /v1/entitlements/stream': ['gateway', 'admin'],
  'POST /v1/entitlements/ack': ['gateway', 'admin'],
  'POST /v1/capacity': ['gateway', 'admin'],
  'GET /v1/accounts/{id}': ['support', 'admin'],
  'GET /v1/accounts/{id}/entitlement': ['support', 'admin'],
  'GET /v1/accounts/{id}/timeline': ['support', 'admin'],
  'GET /v1/accounts/{id}/notices': ['support', 'admin'],
  'GET /v1/bans': ['support', 'admin'],
  'POST /v1/accounts/{id}/ban/confirm': ['support', 'admin'],
  'POST /v1/accounts/{id}/ban/decline': ['support', 'admin'],
  'POST /v1/appeals': ['support', 'gateway', 'admin'],
  'GET /v1/appeals': ['support', 'admin'],
  'GET /v1/appeals/{id}': ['support', 'admin'],
  'POST /v1/appeals/{id}/claim': ['support', 'admin'],
  'POST /v1/appeals/{id}/release': ['support', 'admin'],
  'POST /v1/appeals/{id}/decision': ['support', 'admin'],
  'GET /v1/rules': ['analyst', 'admin'],
  'POST /v1/rules/reload': ['analyst', 'admin'],
  'GET /v1/rules/history': ['analyst', 'admin'],
  'GET /healthz': 'anyone',
  'GET /readyz': 'anyone',
  'GET /metrics': 'anyone',
  'GET /openapi.json': 'anyone',
}
const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`

test('every route stands in the matrix, and nothing else does', () => {
  expect(routes.map(nameOf).sort()).toEqual(Object.keys(MATRIX).sort())
})

describeDatabase('who may call what', () => {
  const api = testApi()

  test.each(Object.entries(MATRIX))('%s', async (name, allowed) => {
    const endless = name.endsWith('/stream') ? '?since=nowhere' : '' // a stream that begins does not end
    const request = name.replaceAll('{id}', 'nobody-knows') + endless
    const body = name.startsWith('POST') ? {} : undefined
    const statusFor = async (who: Role | 'nobody') => (await api.ask(who, request, body)).status
    expect(await statusFor('nobody')).toBe(allowed === 'anyone' ? 200 : 401)
    for (const role of roles) {
      const isAllowed = allowed === 'anyone' || allowed.includes(role)
      const status = await statusFor(role)
      // Past the guard an empty body is bad input, and the account unknown.
      expect([role, isAllowed ? [200, 400, 404].includes(status) : status === 403]).toEqual([role, true])
    }
  })

  test('a route that does not say who may call it cannot be registered', async () => {
    expect(() => api.app.get('/secret', () => 'all')).toThrow('/secret does not say which roles may call it')
  })

  test('what is no route is nothing, for everyone', async () => {
    expect(await api.ask('admin', 'GET /v1/nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect((await api.ask('admin', 'GET /v1/events')).status).toBe(404)
  })
})

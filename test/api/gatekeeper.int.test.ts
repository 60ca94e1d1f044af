import { expect, test } from 'vitest'
import { Gatekeeper } from '../../src/api/gatekeeper.ts'
import { transaction } from '../../src/db.ts'
import { createKey, revokeKey, roleOf } from '../../src/persist/keys.ts'
import { testApi } from '../support/api.ts'
import { describeDatabase } from '../support/postgres.ts'

const SECOND = 1000

describeDatabase('API keys', () => {
  const api = testApi()
  const created = () => transaction(api.db, (tx) => createKey(tx, 'support'))

  test('a key is known by its owner and stored as a hash only', async () => {
    const { key, keyId } = await created()
    expect(await roleOf(api.db, key)).toEqual({ keyId, role: 'support' })
    const { rows } = await api.db.query('select t::text as row from api_keys t')
    expect(rows.length).toBeGreaterThan(4)
    for (const { row } of rows) expect(row).not.toContain(key.slice(3))
  })

  test('a revoked key opens nothing, from the next request on', async () => {
    const { key, keyId } = await created()
    expect((await api.ask({ key }, 'GET /v1/appeals')).status).toBe(200)
    expect(await transaction(api.db, (tx) => revokeKey(tx, keyId))).toBe(true)
    expect(await api.ask({ key }, 'GET /v1/appeals')).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
      headers: { 'www-authenticate': 'Bearer' },
    })
    expect(await transaction(api.db, (tx) => revokeKey(tx, keyId))).toBe(false)
  })

  test.each(['Basic abc', 'Bearer', 'Bearer ', 'Bearer ä', `Bearer ${'x'.repeat(300)}`, "Bearer ' or 1=1 --"])(
    'the header "%s" is no key',
    async (authorization) => {
      await expect(new Gatekeeper(api.db).admit(authorization, 'a', 0)).rejects.toMatchObject({
        code: 'unauthenticated',
      })
    },
  )

  test('who tries keys has to wait, and gets one more attempt every six seconds', async () => {
    const gate = new Gatekeeper(api.db)
    const attempt = async (at: number, address = '10.0.0.1') =>
      gate.admit('Bearer wrong', address, at).catch(({ code, retryAfter }) => [code, retryAfter])
    for (let i = 0; i < 10; i++) expect(await attempt(0)).toEqual(['unauthenticated', undefined])
    expect(await attempt(0)).toEqual(['too_many_failures', 6])
    expect(await attempt(0, '10.0.0.2')).toEqual(['unauthenticated', undefined])
    expect(await attempt(5 * SECOND)).toEqual(['too_many_failures', 1])
    expect(await attempt(6 * SECOND)).toEqual(['unauthenticated', undefined])
    expect(await attempt(6 * SECOND)).toEqual(['too_many_failures', 6])
    for (let i = 0; i < 10; i++) expect(await attempt(3600 * SECOND)).toEqual(['unauthenticated', undefined])
  })

  test('a key that was right before gets in from an address where others fail', async () => {
    const gate = new Gatekeeper(api.db)
    const [old, fresh] = [await created(), await created()]
    await gate.admit(`Bearer ${old.key}`, 'proxy', 0)
    for (let i = 0; i < 11; i++) await gate.admit('Bearer wrong', 'proxy', 0).catch(() => {})
    expect(await gate.admit(`bearer ${old.key}`, 'proxy', 0)).toMatchObject({ keyId: old.keyId })
    await expect(gate.admit(`Bearer ${fresh.key}`, 'proxy', 0)).rejects.toMatchObject({ code: 'too_many_failures' })
    await transaction(api.db, (tx) => revokeKey(tx, old.keyId))
    for (const code of ['unauthenticated', 'too_many_failures'])
      await expect(gate.admit(`Bearer ${old.key}`, 'proxy', 0)).rejects.toMatchObject({ code })
  })

  test('over HTTP it is a problem with Retry-After', async () => {
    for (let i = 0; i < 10; i++) await api.ask({ key: 'wrong' }, 'GET /v1/rules')
    expect(await api.ask({ key: 'wrong' }, 'GET /v1/rules')).toMatchObject({
      status: 429,
      body: { code: 'too_many_failures' },
      headers: { 'retry-after': '6' },
    })
  })
})

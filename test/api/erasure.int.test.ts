import { createSecretKey } from 'node:crypto'
import canonicalize from 'canonicalize'
import { afterEach, describe, expect, test } from 'vitest'
import { buildServer } from '../../src/api/server.ts'
import { transaction } from '../../src/db.ts'
import { eraseAccount } from '../../src/persist/erasure.ts'
import { openStore } from '../../src/persist/store.ts'
import { inputLine } from '../../src/replay/inputLines.ts'
import { readStoredInputs } from '../../src/replay/storedInputs.ts'
import { DAY, HOUR, START, scored } from '../support/account.ts'
import { testApi } from '../support/api.ts'
import { engineWith } from '../support/engine.ts'
import { series } from '../support/events.ts'
import { line, replayed } from '../support/log.ts'
import { describeDatabase } from '../support/postgres.ts'
import { rowsWith } from '../support/wholeDatabase.ts'

const key = createSecretKey(Buffer.alloc(32, 1))
const other = createSecretKey(Buffer.alloc(32, 2))

describeDatabase('an account that was forgotten', () => {
  const api = testApi(undefined, { erasureKey: key })

  const forget = (accountId: string, by = key) =>
    transaction(api.db, (tx) => eraseAccount(tx, accountId, { by: 'test', reason: 'asked for it', key: by }))
  const check = async (accountId: string) =>
    (await api.ask('gateway', 'POST /v1/check', { accountId, plan: 'pro', inFlight: 1 })).body
  const shown = async (accountId: string) => (await api.ask('support', `GET /v1/accounts/${accountId}`)).body
  const markers = async () => (await api.db.query('select marker from ban_markers')).rows
  const feedOf = async (accountId: string) => {
    await api.relay()
    const { changes } = (await api.ask('gateway', 'GET /v1/entitlements?limit=1000')).body
    return changes
      .map(({ entitlement }: { entitlement: { accountId: string } }) => entitlement)
      .filter((one: { accountId: string }) => one.accountId === accountId)
  }
  const banned = (accountId: string) =>
    api.post([0, 3, 51].flatMap((hour) => series(accountId, 'non_coding', hour * 60, 30)))
  const refused = { allowed: false, access: 'ban', problem: { status: 403, code: 'account_banned' } }
  const later = START + 5 * DAY
  const back = (accountId: string, time = later) => scored('coding', time, { accountId, admitted: false })
  afterEach(async () => {
    await api.db.query('delete from ban_markers')
  })
  const movedOn = () => {
    api.clock.now = later + HOUR
  }

  test('is unknown; with it go restriction and feed, and its next event is its first', async () => {
    await api.post(series('ada', 'non_coding', 0, 30))
    expect(await feedOf('ada')).toMatchObject([{ version: 1 }, { version: 2, access: 'throttle' }])
    await forget('ada')
    expect((await api.ask('support', 'GET /v1/accounts/ada')).status).toBe(404)
    const ack = { accountId: 'ada', version: 2, instance: 'edge-1' }
    expect((await api.ask('gateway', 'POST /v1/entitlements/ack', ack)).status).toBe(400)
    expect(await feedOf('ada')).toEqual([])
    expect(await check('ada')).toMatchObject({ allowed: true, access: 'allow' })
    movedOn()
    await api.post([back('ada')])
    expect(await feedOf('ada')).toMatchObject([{ version: 1, access: 'allow' }])
    expect(await shown('ada')).toMatchObject({ restriction: { kind: 'none' }, violations: [] })
  })

  describe('while it was banned', () => {
    test('is banned for whoever asks, and again from its first event on, with a statement of reasons', async () => {
      movedOn()
      await banned('ben.smith')
      const words = ['ben.smith', ...(await shown('ben.smith')).violations.map(({ id }: { id: string }) => id)]
      await forget('ben.smith')
      expect(await rowsWith(api.db, words)).toEqual([])
      expect(await check('ben.smith')).toMatchObject(refused)
      expect(await check('nobody')).toMatchObject({ allowed: true })

      const events = [back('ben.smith'), ...series('ben.smith', 'non_coding', 5 * 24 * 60, 30)]
      expect((await api.post(events)).body.accepted).toBe(31)
      const { restriction, violations } = await shown('ben.smith')
      expect([restriction.kind, violations.map(({ rule }: { rule: string }) => rule)]).toEqual([
        'ban',
        ['carried_over', 'carried_over', 'carried_over'],
      ])
      const { notices } = (await api.ask('support', 'GET /v1/accounts/ben.smith/notices')).body
      expect(notices.map(({ kind }: { kind: string }) => kind)).toEqual(['banRemembered'])
      expect(await feedOf('ben.smith')).toMatchObject([
        { version: 1, access: 'ban', reason: { noticeId: notices[0].id } },
      ])
      expect((await check('ben.smith')).problem).toMatchObject({ code: 'account_banned', noticeId: notices[0].id })
      expect(await markers()).toEqual([]) // the account stands for its ban itself

      const { rows } = await api.db.query("select ordinal, input from inputs where account_id = 'ben.smith'")
      const lines = rows.map(({ ordinal, input }) => inputLine({ accountId: 'ben.smith', ordinal, input }))
      const { inputs } = await readStoredInputs('in.ndjson', lines.join('\n'))
      const { entries } = await replayed(events.map(line), await engineWith(), { inputs, until: 0 })
      const { rows: ledger } = await api.db.query(
        "select entry from ledger where account_id = 'ben.smith' order by seq",
      )
      expect(ledger.map(({ entry }) => entry)).toEqual(entries.map((one) => canonicalize(one)))
      expect(ledger).toHaveLength(2)
    })

    test('is whole again when its appeal is won, and then no ban outlives another erasure', async () => {
      movedOn()
      await banned('cat')
      await forget('cat')
      await api.post([back('cat')])
      const { restriction } = await shown('cat')
      const filed = await api.ask('gateway', 'POST /v1/appeals', { accountId: 'cat', violationId: restriction.cause })
      const { id } = filed.body.appeal
      await api.ask('support', `POST /v1/appeals/${id}/claim`)
      const { entries } = (await api.ask('support', `GET /v1/appeals/${id}`)).body
      expect(entries[0]).toMatchObject({ type: 'RestrictionImposed', carriedOver: { plan: 'pro' } })
      const decision = { outcome: 'overturned', reason: 'Enough.' }
      expect((await api.ask('support', `POST /v1/appeals/${id}/decision`, decision)).status).toBe(200)
      expect(await check('cat')).toMatchObject({ allowed: true })
      expect(await feedOf('cat')).toMatchObject([
        { version: 1, access: 'ban' },
        { version: 2, access: 'allow' },
      ])
      await forget('cat')
      expect(await check('cat')).toMatchObject({ allowed: true })
      await api.post([back('cat')])
      expect((await shown('cat')).restriction.kind).toBe('none')
    })

    test('keeps one marker, however often it comes and is forgotten', async () => {
      movedOn()
      await banned('dan')
      for (let i = 0; i < 3; i++) {
        await forget('dan')
        expect(await markers()).toHaveLength(1)
        expect(await forget('dan')).toBeUndefined()
        expect(await markers()).toHaveLength(1)
        expect(await check('dan')).toMatchObject(refused)
        await api.post([back('dan')])
        expect((await shown('dan')).restriction.kind).toBe('ban')
      }
    })

    test('is not recognised with another key, nor by what the database holds', async () => {
      movedOn()
      await banned('eve')
      await forget('eve')
      const [{ marker }] = await markers()
      expect(marker).toHaveLength(32)
      const app = buildServer({ ...api.deps, erasureKey: other })
      const asked = await app.inject({
        method: 'POST',
        url: '/v1/check',
        headers: { authorization: `Bearer ${api.keys.gateway.key}` },
        payload: { accountId: 'eve', plan: 'pro', inFlight: 1 },
      })
      await app.close()
      expect(asked.json()).toMatchObject({ allowed: true })
      const loaded = async (by?: typeof key) =>
        (await openStore(api.db, by).load(['eve', 'ada'])).get('eve')!.comesBackBanned
      expect([await loaded(key), await loaded(other), await loaded()]).toEqual([true, undefined, undefined])
    })
  })

  test('cannot be erased without a key while it is banned, and nothing is touched', async () => {
    movedOn()
    await banned('fay')
    const before = await rowsWith(api.db, ['fay'])
    await expect(
      transaction(api.db, (tx) => eraseAccount(tx, 'fay', { by: 'test', reason: 'asked for it', key: undefined })),
    ).rejects.toMatchObject({ code: 'erasure_key_missing' })
    expect(await rowsWith(api.db, ['fay'])).toEqual(before)
  })
})

import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Tx, transaction } from '../../src/db.ts'
import type { Entitlement } from '../../src/entitle/entitlement.ts'
import { saveOutcomes } from '../../src/persist/decided.ts'
import { createKey, revokeKey } from '../../src/persist/keys.ts'
import { giveCursors, tryRelayLock } from '../../src/persist/outbox.ts'
import { Relay } from '../../src/publish/relay.ts'
import { testApi } from '../support/api.ts'
import { series } from '../support/events.ts'
import { type Followed, follow, type Told } from '../support/follow.ts'
import { describeDatabase } from '../support/postgres.ts'

const nameOf = ({ accountId, version }: Pick<Entitlement, 'accountId' | 'version'>) => `${accountId} ${version}`
const namesOf = (told: readonly Told[]) =>
  told.filter(({ event }) => event === 'entitlement').map(({ data }) => nameOf(data))
const is = (name: string) => (one: Told) => one.event === 'entitlement' && nameOf(one.data) === name

describeDatabase('the feed of entitlements', () => {
  const feedLimits = { subscribers: 4, stallMs: 500, lingerMs: 20_000, heartbeatMs: 50, pollMs: 60_000, retryMs: 700 }
  const relay: Relay = new Relay({
    relay: (most) => transaction(api.db, async (tx) => ((await tryRelayLock(tx)) ? giveCursors(tx, most) : undefined)),
  })
  const api = testApi(undefined, { relay, feedLimits })
  const open: Followed[] = []
  const sockets: Socket[] = []
  let url: string
  let sample: Entitlement
  let start: number
  beforeEach(async () => {
    url = await api.app.listen({ port: 0, host: '127.0.0.1' })
    await api.post(['ada', 'bo', 'cy'].map((id) => series(id, 'coding', 0, 1)[0]!))
    await relay.wake()
    const { changes } = (await api.ask('gateway', 'GET /v1/entitlements?limit=1000')).body
    sample = changes.find((one: { entitlement: Entitlement }) => one.entitlement.accountId === 'ada').entitlement
    start = changes.at(-1).cursor
  })
  afterEach(async () => {
    for (const one of open.splice(0)) one.hangUp()
    for (const one of sockets.splice(0)) one.destroy()
    await api.db.query("delete from outbox where version > 1 and account_id in ('ada', 'bo', 'cy')")
  })

  const listen = async (headers: Record<string, string> = {}, query = `?since=${start}`): Promise<Followed> => {
    const one = await follow(`${url}/v1/entitlements/stream${query}`, api.keys.gateway.key, headers)
    open.push(one)
    return one
  }
  const sayIn = (tx: Tx, ...changes: [string, number][]) => {
    const entitlements = changes.map(([accountId, version]) => ({ ...sample, accountId, version }))
    return saveOutcomes(tx, [{ entries: [], shadow: [], entitlements }])
  }
  const say = async (...changes: [string, number][]) => {
    await transaction(api.db, (tx) => sayIn(tx, ...changes))
    await relay.wake()
  }
  const pages = async (since: number): Promise<string[]> => {
    const { body } = await api.ask('gateway', `GET /v1/entitlements?since=${since}&limit=1000`)
    const names = body.changes.map((one: { entitlement: Entitlement }) => nameOf(one.entitlement))
    return names.length === 0 ? [] : [...names, ...(await pages(body.next))]
  }

  const metrics = async () => (await fetch(`${url}/metrics`)).text()

  test('of two interleaved transactions the one that commits later is not skipped, on streams and on pages', async () => {
    const stream = await listen()
    const [begun, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const earlier = transaction(api.db, async (tx) => {
      await sayIn(tx, ['ada', 2])
      begun.resolve()
      await mayCommit.promise
    })
    await begun.promise
    await say(['bo', 2])
    const { id } = await stream.until(is('bo 2'))
    expect(await pages(start)).toEqual(['bo 2'])
    mayCommit.resolve()
    await earlier
    await relay.wake()
    const { id: later } = await stream.until(is('ada 2'))
    expect(Number(later)).toBeGreaterThan(Number(id))
    expect(namesOf(stream.told)).toEqual(['bo 2', 'ada 2'])
    expect(await pages(Number(id))).toEqual(['ada 2'])
  })

  test('one who comes without a cursor hears everything; one who comes back hears the rest, once', async () => {
    const fresh = await listen({}, '')
    await fresh.until(({ id }) => Number(id) === start)
    expect(namesOf(fresh.told)).toEqual(await pages(0))
    expect(fresh.response.headers).toMatchObject({ 'content-type': expect.stringMatching(/^text\/event-stream/) })

    await say(['ada', 2], ['bo', 2])
    const { id } = await fresh.until(is('ada 2'))
    fresh.hangUp()
    await fresh.over
    await say(['cy', 2], ['ada', 3])
    // A browser sends the address of its first request again: the header counts.
    const again = await listen({ 'last-event-id': id! }, '?since=0')
    await again.until(is('cy 2'))
    expect(namesOf(again.told)).toEqual(['bo 2', 'ada 3', 'cy 2'])
  })

  test('a cursor that is none is bad input', async () => {
    for (const header of ['x', '-1', '1.5', '1e400']) {
      const headers = { authorization: `Bearer ${api.keys.gateway.key}`, 'last-event-id': header }
      const answer = await fetch(`${url}/v1/entitlements/stream`, { headers })
      expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json'])
      expect(await answer.json()).toMatchObject({ code: 'bad_input', errors: [{ in: 'headers' }] })
    }
  })

  test('every subscriber hears every change, those of an account in the order of their versions', async () => {
    const three = await Promise.all([listen(), listen(), listen()])
    const versions = Array.from({ length: 40 }, (_, i) => i + 2)
    for (const version of versions) await say(['bo', version], ['ada', version])
    await Promise.all(three.map((one) => one.until(is('bo 41'))))
    for (const { told } of three)
      expect(namesOf(told)).toEqual(versions.flatMap((version) => [`ada ${version}`, `bo ${version}`]))
  })

  test('beyond the cap one is told to read pages, until somebody leaves', async () => {
    const four = await Promise.all([listen(), listen(), listen(), listen()])
    const headers = { authorization: `Bearer ${api.keys.gateway.key}` }
    const refused = await fetch(`${url}/v1/entitlements/stream`, { headers })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await refused.json()).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('pages') })
    expect(await metrics()).toContain('lanekeeper_feed_subscribers 4')
    four[0]!.hangUp()
    await vi.waitUntil(async () => (await metrics()).includes('feed_subscribers 3'))
    expect((await listen()).response.statusCode).toBe(200)
  })

  test('one that takes nothing is dropped and told why; others go on, and it recovers by pages', async () => {
    const quick = await listen()
    const slow = await listen({ 'x-test-pause': 'yes' })
    const most = 4000
    sample = { ...sample, reason: { code: 'x', title: 'x'.repeat(5000), noticeId: 'x' } } // 20 MB: no buffers hold that
    await say(...Array.from({ length: most }, (_, i): [string, number] => ['ada', i + 2]))
    await vi.waitUntil(
      async () => (await metrics()).includes('lanekeeper_feed_dropped_total{reason="too_slow"} 1'),
      10_000,
    )
    await quick.until(is(`ada ${most + 1}`))
    expect(namesOf(quick.told)).toHaveLength(most)

    slow.response.resume()
    const last = await slow.until(({ event }) => event === 'dropped')
    await slow.over
    expect(last.data).toEqual({ reason: 'too_slow', since: expect.any(Number) })
    const heard = namesOf(slow.told)
    expect(heard.length).toBeLessThan(most)
    expect(slow.told.findLast(({ event }) => event === 'entitlement')!.id).toBe(`${last.data.since}`)
    expect([...heard, ...(await pages(last.data.since))]).toEqual(namesOf(quick.told))
  })

  test('one whose key is revoked is sent away', async () => {
    const { key, keyId } = await transaction(api.db, (tx) => createKey(tx, 'gateway'))
    const stream = await follow(`${url}/v1/entitlements/stream?since=${start}`, key)
    open.push(stream)
    await transaction(api.db, (tx) => revokeKey(tx, keyId))
    const { data } = await stream.until(({ event }) => event === 'dropped')
    expect(data).toEqual({ reason: 'key_revoked', since: start })
    await stream.over
  })

  test('closing, streams are told to come back, and nothing idle is waited for', async () => {
    const stream = await listen()
    const { port } = new URL(url)
    const silent = connect(Number(port), '127.0.0.1')
    sockets.push(silent)
    await new Promise((done) => silent.once('connect', done))
    await fetch(`${url}/healthz`) // leaves a connection that is kept alive
    const begun = performance.now()
    await api.app.close()
    expect(performance.now() - begun).toBeLessThan(3000)
    await stream.over
    expect(stream.told).toEqual([{ event: 'closing', data: { since: start } }])
  })

  test('who wins an appeal is whole on the stream at once, and the acknowledgement is seen by support', async () => {
    const stream = await listen()
    await api.post(series('dee', 'non_coding', 0, 30))
    await relay.wake()
    const imposed = await stream.until(is('dee 2'))
    expect(imposed.data).toMatchObject({ access: 'throttle', reason: { noticeId: expect.any(String) } })

    const account = 'GET /v1/accounts/dee'
    const violationId = (await api.ask('support', account)).body.violations[0].id
    const { appeal } = (await api.ask('gateway', 'POST /v1/appeals', { accountId: 'dee', violationId })).body
    await api.ask('support', `POST /v1/appeals/${appeal.id}/claim`)
    const decision = { outcome: 'overturned', reason: 'These were tests.' }
    await api.ask('support', `POST /v1/appeals/${appeal.id}/decision`, decision)
    await relay.wake()
    const { data } = await stream.until(is('dee 3'))
    expect(data).toMatchObject({ access: 'allow', reason: null })

    expect((await api.ask('support', account)).body).toMatchObject({
      violations: [{ status: 'voided' }],
      restriction: { kind: 'none' },
      entitlementVersion: 3,
      acknowledgements: [],
    })
    const { notices } = (await api.ask('support', `${account}/notices`)).body
    expect(notices.map(({ kind }: { kind: string }) => kind).slice(-2)).toEqual([
      'appealOverturned',
      'liftedByReviewer',
    ])
    await api.ask('gateway', 'POST /v1/entitlements/ack', {
      accountId: 'dee',
      version: data.version,
      instance: 'edge-1',
    })
    expect((await api.ask('support', account)).body.acknowledgements).toMatchObject([
      { gateway: api.keys.gateway.keyId, instance: 'edge-1', version: 3 },
    ])
  })
})

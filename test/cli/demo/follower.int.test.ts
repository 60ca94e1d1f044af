import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildServer } from '../../../src/api/server.ts'
import { apiClient } from '../../../src/cli/demo/apiClient.ts'
import { followFeed } from '../../../src/cli/demo/follower.ts'
import { gatewayOf } from '../../../src/cli/demo/gateway.ts'
import type { Follower } from '../../../src/cli/demo/hearing.ts'
import { overHttp } from '../../../src/cli/demo/wires.ts'
import { transaction } from '../../../src/db.ts'
import { giveCursors } from '../../../src/persist/outbox.ts'
import { Relay } from '../../../src/publish/relay.ts'
import { testApi } from '../../support/api.ts'
import { series } from '../../support/events.ts'
import { describeDatabase } from '../../support/postgres.ts'

describeDatabase('who follows the feed', () => {
  const relay: Relay = new Relay({ relay: (most) => transaction(api.db, (tx) => giveCursors(tx, most)) })
  const api = testApi(undefined, { relay, feedLimits: { retryMs: 20 } })
  let over: AbortController
  beforeEach(() => {
    over = new AbortController()
  })
  afterEach(() => over.abort())

  const appear = async (accountId: string) => {
    await api.post(series(accountId, 'coding', 0, 1))
    await relay.wake()
  }
  const names = async (feed: Follower, cursor: number) => (await feed.upTo(cursor)).map(({ accountId }) => accountId)

  test('hears everything once, in order, across a server that goes and comes back', async () => {
    const url = await api.app.listen({ port: 0, host: '127.0.0.1' })
    await appear('ada')
    const feed = followFeed(url, api.keys.gateway.key, over.signal)
    expect(await names(feed, 1)).toEqual(['ada'])
    await appear('bo')
    await api.app.close()
    api.app = buildServer(api.deps)
    await appear('cy')
    await api.app.listen({ port: Number(new URL(url).port), host: '127.0.0.1' })
    expect(await names(feed, 3)).toEqual(['bo', 'cy'])
    expect(feed.cursor).toBe(3)
  })

  test('is a gateway: it waits for what is to come, takes it up and acknowledges it', async () => {
    const address = await api.app.listen({ port: 0, host: '127.0.0.1' })
    const client = apiClient(address, api.keys.gateway.key)
    const gateway = gatewayOf(client, overHttp(address, api.keys.gateway.key, client, over.signal))
    expect((await gateway.obey(3)).map(({ accountId }) => accountId)).toEqual(['ada', 'bo', 'cy'])
    const obeyed = gateway.obey(4)
    await appear('dee')
    expect(await obeyed).toEqual([expect.objectContaining({ accountId: 'dee', version: 1 })])
    const { body } = await api.ask('support', 'GET /v1/accounts/dee')
    expect(body.acknowledgements).toEqual([expect.objectContaining({ instance: 'demo', version: 1 })])
  })

  test('is told where it may not, and lets go when it is stopped', async () => {
    const url = await api.app.listen({ port: 0, host: '127.0.0.1' })
    const refused = followFeed(url, 'lk_wrong', new AbortController().signal)
    await expect(refused.upTo(1)).rejects.toMatchObject({ code: 'server_failed', message: /401/ })
    const stop = new AbortController()
    const waiting = followFeed(url, api.keys.gateway.key, stop.signal).upTo(1000)
    stop.abort()
    await expect(waiting).rejects.toThrow()
  })
})

import { beforeEach, expect, test } from 'vitest'
import { MINUTE, START } from '../support/account.ts'
import { testApi } from '../support/api.ts'
import { describeDatabase } from '../support/postgres.ts'

describeDatabase('reporting capacity', () => {
  const api = testApi()
  beforeEach(() => api.db.query('delete from capacity'))

  const say = (utilization: number, minute: number, more: object = {}) =>
    api.ask('gateway', 'POST /v1/capacity', {
      utilization,
      at: new Date(START + minute * MINUTE).toISOString(),
      ...more,
    })
  const kept = async () =>
    (await api.db.query('select source, instance, utilization, at from capacity order by instance')).rows

  test('keeps the newest report of each gateway instance, in whichever order they come', async () => {
    const source = `http:${api.keys.gateway.keyId}`
    expect((await say(0.5, 1)).body).toEqual({ stored: true })
    expect((await say(0.9, 3)).body).toEqual({ stored: true })
    expect((await say(0.1, 2)).body).toEqual({ stored: false })
    expect((await say(0.1, 3)).body).toEqual({ stored: false })
    expect((await say(0, 0, { instance: 'edge-1' })).body).toEqual({ stored: true })
    expect(await kept()).toEqual([
      { source, instance: 'default', utilization: 0.9, at: START + 3 * MINUTE },
      { source, instance: 'edge-1', utilization: 0, at: START },
    ])
  })

  test('refuses one from the future: it would outlive every later one', async () => {
    api.clock.now = START
    expect((await say(0.5, 5)).body).toEqual({ stored: true })
    const { status, body } = await say(1, 6)
    expect([status, body.errors]).toEqual([
      400,
      [{ in: 'body', path: 'at', reason: 'time_in_future: more than 5 minutes ahead' }],
    ])
    expect((await say(1, 0, { at: '1969-12-31T00:00:00Z' })).status).toBe(400)
    expect((await kept()).map(({ utilization }) => utilization)).toEqual([0.5])
  })
})

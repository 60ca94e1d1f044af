import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect, it, vi } from 'vitest'
import { Feed } from '../../src/publish/feed.ts'
import { Relay } from '../../src/publish/relay.ts'

const change = { cursor: 1, entitlement: { accountId: 'ada' } }
const nothing = () => {}

it('a change that comes while a page is being read is missed by nobody', async () => {
  const begun = Promise.withResolvers<(typeof change)[]>()
  const now = async (since: number) => (since === 0 ? [change] : [])
  const read = vi.fn(now).mockReturnValueOnce(begun.promise)
  const feed = new Feed({ read, dropped: nothing, failed: nothing }, { pollMs: 60_000 }) // no poll that would find it later
  const outs = [new PassThrough(), new PassThrough()]
  const follow = (out: PassThrough) => feed.follow(out, { who: 'me', since: 0, isAllowed: async () => true })
  follow(outs[0]!)
  feed.wake()
  follow(outs[1]!) // must not be content with a read that began before the wake
  begun.resolve([])
  await Promise.all(outs.map(async (out) => expect.poll(() => `${out.read() ?? ''}`).toContain('id: 1\n')))
  feed.close()
})

it('a page that cannot be read is told, and the next wake tries again', async () => {
  const failed = vi.fn()
  const read = vi.fn().mockRejectedValueOnce(new Error('away')).mockResolvedValueOnce([change]).mockResolvedValue([])
  const feed = new Feed({ read, dropped: nothing, failed })
  const out = new PassThrough()
  feed.follow(out, { who: 'me', since: 0, isAllowed: async () => true })
  await vi.waitUntil(() => failed.mock.calls.length === 1)
  feed.wake()
  await expect.poll(() => `${out.read() ?? ''}`).toContain('id: 1\n')
  out.destroy()
  await once(out, 'close')
  expect(feed.subscribers).toBe(0)
})

it('a relay that is woken while it runs runs once more, and never twice at a time', async () => {
  const begun = Promise.withResolvers<number>()
  const relay = vi.fn().mockReturnValueOnce(begun.promise).mockResolvedValue(0)
  const one = new Relay({ relay })
  const runs = [one.wake(), one.wake(), one.wake()]
  expect(relay).toHaveBeenCalledTimes(1)
  begun.resolve(0)
  await Promise.all(runs)
  expect(relay).toHaveBeenCalledTimes(2)
  await one.wake()
  expect(relay).toHaveBeenCalledTimes(3)
})

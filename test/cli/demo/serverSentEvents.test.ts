import { expect, test } from 'vitest'
import { type ServerSentEvent, serverSentEvents } from '../../../src/cli/demo/serverSentEvents.ts'
import { changesText, farewell, greeting, HEARTBEAT } from '../../../src/publish/serverSent.ts'

/** Bytes in pieces of one size. */
async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

test('it reads what the feed writes, however it comes in pieces', async () => {
  const stream =
    greeting(250) +
    changesText([{ cursor: 7, entitlement: { accountId: '陈工' } }]) +
    HEARTBEAT +
    farewell({ event: 'closing', retryMs: 900 }, 7)
  for (const size of [1, 2, 3, 7, 1000]) {
    const told: ServerSentEvent[] = []
    const retries: number[] = []
    for await (const one of serverSentEvents(pieces(stream, size), (ms) => retries.push(ms))) told.push(one)
    expect(told).toEqual([
      { event: 'entitlement', id: '7', data: '{"accountId":"陈工"}' },
      { event: 'closing', data: '{"since":7}' },
    ])
    expect(retries).toEqual([250, 900])
  }
})

import { setTimeout } from 'node:timers/promises'
import { failed } from './apiClient.ts'
import { type Follower, hearing } from './hearing.ts'
import { serverSentEvents } from './serverSentEvents.ts'

const PATH = '/v1/entitlements/stream'

/**
 * Follows the feed from its beginning with a gateway's key until `signal` aborts; where the stream ends it comes back behind what it
 * has heard.
 */
export function followFeed(address: string, key: string, signal: AbortSignal): Follower {
  const { follower, hear, fail } = hearing()
  let retryMs = 1000
  const listen = async () => {
    const headers = { authorization: `Bearer ${key}`, 'last-event-id': String(follower.cursor) }
    const stream = await fetch(address + PATH, { headers, signal })
    if (!stream.ok) throw failed(`GET ${PATH}`, `${stream.status} ${await stream.text()}`)
    const retry = (ms: number) => {
      retryMs = ms
    }
    for await (const { event, id, data } of serverSentEvents(stream.body!, retry))
      if (event === 'entitlement') hear(JSON.parse(data), Number(id))
  }
  const follow = async () => {
    for (;;) {
      await listen().catch((error) => (error instanceof TypeError ? undefined : Promise.reject(error))) // the line broke
      await setTimeout(retryMs, undefined, { signal })
    }
  }
  follow().catch(fail)
  return follower
}

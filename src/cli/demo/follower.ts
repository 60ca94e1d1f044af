import { setTimeout } from 'node:timers/promises'
import type { Entitlement } from '../../entitle/entitlement.ts'
import { failed } from './apiClient.ts'
import { serverSentEvents } from './serverSentEvents.ts'

const PATH = '/v1/entitlements/stream'

/** Who follows the feed of entitlements, wherever it breaks off. */
export interface Follower {
  /** The cursor last heard. */
  readonly cursor: number
  /** What came since the last call, as soon as the feed has come as far as `cursor`. One call at a time. */
  upTo(cursor: number): Promise<Entitlement[]>
}

/**
 * Follows the feed from its beginning with a gateway's key until `signal` aborts; where the stream ends it comes back behind what it
 * has heard.
 */
export function followFeed(address: string, key: string, signal: AbortSignal): Follower {
  const { promise: broken, reject: fail } = Promise.withResolvers<never>()
  let heard: Entitlement[] = []
  let cursor = 0
  let retryMs = 1000
  let look = () => {}

  const listen = async () => {
    const headers = { authorization: `Bearer ${key}`, 'last-event-id': String(cursor) }
    const stream = await fetch(address + PATH, { headers, signal })
    if (!stream.ok) throw failed(`GET ${PATH}`, `${stream.status} ${await stream.text()}`)
    const retry = (ms: number) => {
      retryMs = ms
    }
    for await (const { event, id, data } of serverSentEvents(stream.body!, retry)) {
      if (event !== 'entitlement') continue
      cursor = Number(id)
      heard.push(JSON.parse(data))
      look()
    }
  }
  const follow = async () => {
    for (;;) {
      await listen().catch((error) => (error instanceof TypeError ? undefined : Promise.reject(error))) // the line broke
      await setTimeout(retryMs, undefined, { signal })
    }
  }
  broken.catch(() => {}) // whoever waits hears of it
  follow().catch(fail)
  return {
    get cursor() {
      return cursor
    },
    async upTo(wanted) {
      const come = new Promise<void>((done) => {
        look = () => {
          if (cursor >= wanted) done()
        }
        look()
      })
      await Promise.race([come, broken])
      const all = heard
      heard = []
      return all
    },
  }
}

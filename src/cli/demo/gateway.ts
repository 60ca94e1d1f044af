import type { GatewayEvent } from '../../decode/event.ts'
import type { Entitlement } from '../../entitle/entitlement.ts'
import { door } from '../../simulate/door.ts'
import { apiClient, failed } from './apiClient.ts'
import { followFeed } from './follower.ts'

const INSTANCE = 'demo'

/** A gateway that talks to the server over HTTP as any other does, and obeys it. */
export interface Gateway {
  /** Lets requests through or not, and reports them; gives what it reported. */
  report(events: readonly GatewayEvent[]): Promise<GatewayEvent[]>
  /** Waits until the feed has come as far as a cursor, takes up what it says, and acknowledges that. */
  obey(cursor: number): Promise<Entitlement[]>
  /** The same with whatever comes next. */
  obeyNext(): Promise<Entitlement[]>
  /** Files an appeal for a holder. */
  appeal(accountId: string, violationId: string, statement: string): Promise<{ appeal: FiledAppeal }>
  /** Accounts that it slows down or refuses, by name. */
  restricted(): string[]
}

export interface FiledAppeal {
  id: string
  status: string
}

/** A gateway that knows nothing yet; it follows the feed until `signal` aborts. */
export function gatewayOf(address: string, key: string, signal: AbortSignal): Gateway {
  const api = apiClient(address, key)
  const feed = followFeed(address, key, signal)
  const { learn, pass, restricted } = door()
  const obey = async (cursor: number) => {
    const news = (await feed.upTo(cursor)).filter(learn)
    for (const { accountId, version } of news)
      await api.post('/v1/entitlements/ack', { accountId, version, instance: INSTANCE })
    return news
  }
  return {
    obey,
    obeyNext: () => obey(feed.cursor + 1),
    restricted,
    async report(events) {
      const passed = events.map(pass)
      if (passed.length === 0) return passed
      const lines = passed.map((event) => ({ ...event, time: new Date(event.time).toISOString() }))
      const { rejected } = await api.stream<{ rejected: unknown[] }>('/v1/events', lines)
      if (rejected.length > 0) throw failed('POST /v1/events', `rejected ${JSON.stringify(rejected[0])}`)
      return passed
    },
    appeal: (accountId, violationId, statement) => api.post('/v1/appeals', { accountId, violationId, statement }),
  }
}

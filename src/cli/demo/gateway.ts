import type { GatewayEvent } from '../../decode/event.ts'
import type { Entitlement } from '../../entitle/entitlement.ts'
import { door } from '../../simulate/door.ts'
import type { ApiClient } from './apiClient.ts'
import type { Wires } from './wires.ts'

const INSTANCE = 'demo'

/** A gateway that talks to the server as any other does, and obeys it. */
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

/** A gateway that knows nothing yet, with a client of its own for what goes over HTTP whatever its wires are. */
export function gatewayOf(api: ApiClient, { report, feed }: Wires): Gateway {
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
      if (passed.length > 0) await report(passed)
      return passed
    },
    appeal: (accountId, violationId, statement) => api.post('/v1/appeals', { accountId, violationId, statement }),
  }
}

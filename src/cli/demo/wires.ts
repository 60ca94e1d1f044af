import { setTimeout } from 'node:timers/promises'
import type { GatewayEvent } from '../../decode/event.ts'
import { type ApiClient, failed } from './apiClient.ts'
import { followFeed } from './follower.ts'
import type { Follower } from './hearing.ts'
import type { DemoKafka } from './kafka.ts'

const LOOK_MS = 5

/** How a gateway's reports reach the server, and what the server grants the gateway. */
export interface Wires {
  /** Returns once everything is decided about. */
  report(events: readonly GatewayEvent[]): Promise<void>
  feed: Follower
}

const onTheWire = (event: GatewayEvent) => ({ ...event, time: new Date(event.time).toISOString() })

/** Over HTTP, until `signal` aborts. */
export const overHttp = (address: string, key: string, api: ApiClient, signal: AbortSignal): Wires => ({
  async report(events) {
    const { rejected } = await api.stream<{ rejected: unknown[] }>('/v1/events', events.map(onTheWire))
    if (rejected.length > 0) throw failed('POST /v1/events', `rejected ${JSON.stringify(rejected[0])}`)
  },
  feed: followFeed(address, key, signal),
})

/** Over Kafka; when the server has decided about what was produced, its metrics tell. */
export function overKafka({ produce, feed }: DemoKafka, api: ApiClient, signal: AbortSignal): Wires {
  let produced = 0
  return {
    async report(events) {
      produced += events.length
      await produce(events.map((event) => ({ key: event.accountId, value: JSON.stringify(onTheWire(event)) })))
      while (eventsIn(await api.text('/metrics')) < produced) await setTimeout(LOOK_MS, undefined, { signal })
    },
    feed,
  }
}

const eventsIn = (metrics: string): number =>
  [...metrics.matchAll(/^lanekeeper_events_total\{.*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0)

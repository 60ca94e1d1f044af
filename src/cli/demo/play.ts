import type { LedgerEntry } from '../../account.ts'
import type { GatewayEvent } from '../../decode/event.ts'
import { demoDay } from '../../simulate/demoDay.ts'
import { type Simulation, simulate } from '../../simulate/simulate.ts'
import { stretches } from '../../simulate/stretches.ts'
import type { Service } from '../service.ts'
import { apiClient } from './apiClient.ts'
import { type Gateway, gatewayOf } from './gateway.ts'
import type { DemoKafka } from './kafka.ts'
import type { Keys } from './keys.ts'
import { demoPeople, type People } from './people.ts'
import { type Records, recordsOf } from './records.ts'
import type { LabelCounts } from './screen/traffic.ts'
import { overHttp, overKafka } from './wires.ts'

const HOUR = 3_600_000

/** How often the gateway reports, in simulated time. */
export const STRETCH = 5 * 60_000

/** Who takes part. */
export interface Cast {
  gateway: Gateway
  people: People
  records: Records
  /** Lets the server's time pass; the feed's last cursor then. */
  sweep(): Promise<number>
}

/** Everyone who takes part in the demo's day, at a server; the gateway hears of it, over Kafka if there is one, until `signal` aborts. */
export function castOf(
  { address, sweep }: Pick<Service, 'address' | 'sweep'>,
  keys: Keys,
  signal: AbortSignal,
  kafka?: DemoKafka,
): Cast {
  const support = apiClient(address, keys.support)
  const api = apiClient(address, keys.gateway)
  const wires = kafka ? overKafka(kafka, api, signal) : overHttp(address, keys.gateway, api, signal)
  const gateway = gatewayOf(api, wires)
  return { gateway, sweep, people: demoPeople(demoDay.accounts, gateway, support), records: recordsOf(support) }
}

/** What a stretch of the simulation brought. */
export interface Played {
  /** The moment at which it ends, in ms. */
  at: number
  /** Requests as the gateway reported them. */
  reported: GatewayEvent[]
  labels: LabelCounts
  entries: LedgerEntry[]
  /** Accounts that the gateway slows down or refuses from now on. */
  restricted: string[]
}

/**
 * Plays a simulation against a server, stretch by stretch. The gateway reports a stretch in one post; then time passes, and the
 * simulated clock stands until the feed, or the topic, has brought everything that was committed. So the gateway obeys within one stretch, however
 * fast server and feed are, and equal seeds make equal stories.
 */
export async function* play(
  simulation: Simulation,
  { gateway, people, records, sweep }: Cast,
): AsyncGenerator<Played, void, void> {
  const settle = async (): Promise<LedgerEntry[]> => {
    const changed = await gateway.obey(await sweep())
    return records.news(changed.map(({ accountId }) => accountId))
  }
  const { start, hours } = simulation
  for (const { at, events } of stretches(simulate(simulation), { start, end: start + hours * HOUR, length: STRETCH })) {
    const reported = await gateway.report(events)
    const entries = await settle()
    if (await people.act(entries)) entries.push(...(await settle()))
    yield { at, reported, entries, labels: await records.labels(), restricted: gateway.restricted() }
  }
}

import type { KeyObject } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Accounts } from '../account.ts'
import type { Model } from '../classify/model.ts'
import type { Committing } from '../consume/commit.ts'
import type { HttpSource } from '../consume/httpSource.ts'
import type { Db } from '../db.ts'
import type { RuleProblem } from '../evaluate/check/source.ts'
import type { Metrics } from '../metrics.ts'
import type { Feed, FeedLimits } from '../publish/feed.ts'
import type { Relay } from '../publish/relay.ts'
import type { RulesInForce } from '../replay/rulesInForce.ts'

/** What became of reading the rules folder again. */
export type Reloaded =
  | { outcome: 'promoted' | 'unchanged'; version: string; effectiveFrom: number }
  | { outcome: 'refused'; why: string; problems: readonly RuleProblem[] }

/** What is to be seen of Kafka from here. */
export interface KafkaSeen {
  /** Records of this process that wait for their commit. */
  waiting(): number
  /** The topic of entitlements. */
  topic: string
}

/** All that the server works with; it reads no environment and has no globals. */
export interface Deps {
  db: Db
  accounts: Accounts
  /** Undefined where events come in over Kafka. */
  source: HttpSource | undefined
  /** Beside Kafka: what its metrics tell of it. */
  kafka?: KafkaSeen | undefined
  rules: RulesInForce
  /** Reads the rules folder again and puts it in force, on behalf of somebody. */
  reload(actor: string): Promise<Reloaded>
  model: Model
  /** The engine's clock in milliseconds: command clocks, and what an event's time is compared with. */
  now: () => number
  /** `events`: the events' own time is the only clock, so none can lie in the future. */
  clock: 'system' | 'events'
  /** Where excerpts wait for the commit of their events; left out, none is made. */
  excerpts?: Committing['excerpts']
  /** Whether the service should be sent requests. */
  isReady: () => boolean
  /** False: nothing but health and metrics is answered. */
  isApi?: boolean
  logger?: FastifyBaseLogger
  /** Wakes the feed's streams; left out, they only look now and then. */
  relay?: Pick<Relay, 'onChange'>
  feedLimits?: Partial<FeedLimits>
  /** Of the ban markers; left out, a ban ends with the erasure of its account. */
  erasureKey?: KeyObject | undefined
  /** Left out, the server counts for itself. */
  metrics?: Metrics
}

/** What a handler works with. */
export type Api = Deps & { metrics: Metrics; feed: Feed }

import type { FastifyBaseLogger } from 'fastify'
import type { Accounts } from '../account.ts'
import type { Model } from '../classify/model.ts'
import type { Committing } from '../consume/commit.ts'
import type { HttpSource } from '../consume/httpSource.ts'
import type { Db } from '../db.ts'
import type { Metrics } from '../metrics.ts'
import type { Feed, FeedLimits } from '../publish/feed.ts'
import type { Relay } from '../publish/relay.ts'
import type { Timeline } from '../replay/timeline.ts'

/** All that the server works with; it reads no environment and has no globals. */
export interface Deps {
  db: Db
  accounts: Accounts
  source: HttpSource
  timeline: Timeline
  model: Model
  /** The engine's clock in milliseconds: command clocks, and what an event's time is compared with. */
  now: () => number
  /** `events`: the events' own time is the only clock, so none can lie in the future. */
  clock: 'system' | 'events'
  /** Where excerpts wait for the commit of their events; left out, none is made. */
  excerpts?: Committing['excerpts']
  /** Whether the service should be sent requests. */
  isReady: () => boolean
  logger?: FastifyBaseLogger
  /** Wakes the feed's streams; left out, they only look now and then. */
  relay?: Pick<Relay, 'onChange'>
  feedLimits?: Partial<FeedLimits>
  /** Left out, the server counts for itself. */
  metrics?: Metrics
}

/** What a handler works with. */
export type Api = Deps & { metrics: Metrics; feed: Feed }

import type { FastifyBaseLogger } from 'fastify'
import type { Model } from '../classify/model.ts'
import type { Accounts } from '../consume/commit.ts'
import type { HttpSource } from '../consume/httpSource.ts'
import type { Db } from '../db.ts'
import type { Metrics } from '../metrics.ts'
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
  /** Whether the service should be sent requests. */
  isReady: () => boolean
  logger?: FastifyBaseLogger
  /** Left out, the server counts for itself. */
  metrics?: Metrics
}

/** What a handler works with. */
export type Api = Deps & { metrics: Metrics }

import type { KeyObject } from 'node:crypto'
import type { Accounts } from '../account.ts'
import type { Deps } from '../api/deps.ts'
import { buildServer } from '../api/server.ts'
import type { Model } from '../classify/model.ts'
import type { ScoredEvent } from '../classify/scoreEvent.ts'
import { readConfig } from '../config.ts'
import { type Committing, commitEvents } from '../consume/commit.ts'
import { HttpSource } from '../consume/httpSource.ts'
import { type Db, transaction } from '../db.ts'
import { LanekeeperError } from '../errors.ts'
import type { RuleSet } from '../evaluate/ruleSet.ts'
import { createMetrics } from '../metrics.ts'
import { AccountCache } from '../persist/accountCache.ts'
import { forgetEnd } from '../persist/due.ts'
import { giveCursors, lastCursor, tryRelayLock } from '../persist/outbox.ts'
import { openStore } from '../persist/store.ts'
import type { Publisher } from '../publish/kafka/publisher.ts'
import { Relay } from '../publish/relay.ts'
import { startConsuming } from './consuming.ts'
import { clockOf } from './engineClock.ts'
import { every } from './every.ts'
import { type Cluster, openCluster } from './kafka.ts'
import { warnOfLostBans } from './lostBans.ts'
import { outboxOf, publisherOf } from './publishing.ts'
import { reloadRules } from './reloadRules.ts'
import { openRulesInForce } from './rulesInForce.ts'
import { sweepAll } from './sweeping.ts'

const SOURCE = 'http'
const SWEEP_MS = 1000
/** How often to relay and publish what another process committed; what this one commits wakes both. */
const RELAY_MS = 250

/** What a process of several does: reads and decides, answers over HTTP, brings decisions to Kafka. */
export const ROLES = ['worker', 'api', 'relay'] as const
export type Role = (typeof ROLES)[number]

/** What the service runs with. */
export interface ServiceParts {
  db: Db
  model: Model
  rulesFolder: string
  /** What was read there. */
  ruleSet: RuleSet
  clock: Deps['clock']
  logger: NonNullable<Deps['logger']>
  /** Of the ban markers; left out, a ban ends with the erasure of its account. */
  erasureKey?: KeyObject | undefined
  /** Left out, events come in over HTTP. */
  cluster?: Cluster | undefined
  /** Left out: all. */
  roles?: readonly Role[]
  /** How many accounts are remembered between commits; left out, none. */
  accountsCached?: number
  /** Once it aborts the service is not ready any more, and `stop` is to follow. */
  stopping: AbortSignal
}

/** The engine at work: it listens, relays and sweeps. */
export interface Service {
  address: string
  reload: Deps['reload']
  /**
   * Lets time pass now, as the sweep of every second does, and gives what is committed its place on the feed; returns the last one.
   * For time that is compressed, in which a second is long.
   */
  sweep(): Promise<number>
  /** Finishes what has begun and ends; the database is the caller's to close. */
  stop(): Promise<void>
}

/** Starts the engine on a database. Throws a LanekeeperError where it cannot listen, or where Kafka is not as it has to be. */
export async function startService(parts: ServiceParts): Promise<Service> {
  const { db, model, rulesFolder, ruleSet, clock, logger, stopping, erasureKey, cluster, roles = ROLES } = parts
  const rules = await openRulesInForce(db, ruleSet, clock === 'system' ? Date.now : undefined)
  const reload = (actor: string) => reloadRules(rulesFolder, rules, actor)
  await forgetEnd(db, SOURCE) // gateways have gathered events meanwhile
  await warnOfLostBans(db, erasureKey, logger)
  const { now, seen, refresh } = await clockOf(clock, db, cluster?.settings.topics.requests)
  const failed = (what: string) => (error: unknown) => logger.error({ err: error }, what)
  const notPublished = failed('publishing failed, will try again')
  const { relay, publisher } = outwards(db, cluster, roles, notPublished)
  const tell = () => relay.wake().catch(failed('relay failed, will try again'))
  const cache = new AccountCache(parts.accountsCached ?? 0)
  const committing: Committing = {
    accounts: afterDecisions(openStore(db, erasureKey, cache), tell),
    rules,
    model,
    clock: clock === 'system' ? now : undefined,
    excerpts: new WeakMap(),
  }
  const commit = (events: readonly ScoredEvent[]) => {
    seen(events)
    return commitEvents(events, SOURCE, committing)
  }
  const source = cluster ? undefined : new HttpSource(commit)
  const metrics = createMetrics()
  const consuming =
    cluster && roles.includes('worker')
      ? await startConsuming({
          cluster,
          looking: await openCluster(),
          db,
          committing,
          cache,
          clock,
          now,
          seen,
          metrics,
          logger,
        })
      : undefined
  const server = buildServer({
    ...{ db, accounts: committing.accounts, excerpts: committing.excerpts, source, rules, reload, model, now, clock },
    ...{ logger, relay, erasureKey, metrics, isApi: roles.includes('api') },
    kafka: cluster && { waiting: () => consuming?.waiting() ?? 0, topic: cluster.settings.topics.entitlements },
    isReady: () => !stopping.aborted && (consuming?.isReady() ?? true),
  })
  const address = await listen(server).catch(async (error) => {
    await consuming?.stop()
    throw error
  })
  const relaying = every(RELAY_MS, () => relay.wake(), failed('relay failed, will try again'))
  const publishing = publisher && every(RELAY_MS, () => publisher.wake(), notPublished)
  const sweep = async () => {
    await refresh()
    if (roles.includes('worker')) await sweepAll({ db, committing, clock, now: now(), source, consuming })
  }
  const sweeping = every(SWEEP_MS, sweep, failed('sweep failed, will try again'))
  return {
    address,
    reload,
    async sweep() {
      await sweep()
      await relay.wake()
      return lastCursor(db)
    },
    async stop() {
      await server.close()
      await source?.drained()
      await consuming?.stop()
      await Promise.all([sweeping(), relaying(), publishing?.()])
      await relay.wake().catch(failed('the last relay failed'))
      await publisher?.stop()
    },
  }
}

/** What brings decisions out: the relay of the feed and, beside Kafka, what publishes behind it. */
function outwards(
  db: Db,
  cluster: Cluster | undefined,
  roles: readonly Role[],
  failed: (error: unknown) => void,
): { relay: Relay; publisher?: Publisher } {
  if (!cluster)
    return {
      relay: new Relay({
        relay: (most) => transaction(db, async (tx) => ((await tryRelayLock(tx)) ? giveCursors(tx, most) : undefined)),
      }),
    }
  if (!roles.includes('relay')) return { relay: new Relay(outboxOf(db)) }
  const publisher = publisherOf(db, cluster.kafka, cluster.settings.topics, failed)
  const relay = new Relay(outboxOf(db, () => publisher.isLeading))
  relay.onChange(() => void publisher.wake().catch(failed))
  return { relay, publisher }
}

/** The same store, which calls `tell` after every commit that somebody has to hear of. */
const afterDecisions = (store: Accounts, tell: () => void): Accounts => ({
  load: (ids, mayBeOld) => store.load(ids, mayBeOld),
  ready: (commit) => store.ready(commit),
  async save(commits, newest, position) {
    const lost = await store.save(commits, newest, position)
    const isDecided = commits.some(({ outcomes }) => outcomes.some(({ entitlements }) => entitlements.length > 0))
    if (isDecided || (position && 'moves' in position && position.deadLetters.length > 0)) tell()
    return lost
  },
})

async function listen(server: ReturnType<typeof buildServer>): Promise<string> {
  const { host, port } = readConfig()
  try {
    return await server.listen({ host, port })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw new LanekeeperError(
        'port_taken',
        `port ${port} of ${host} is taken`,
        'Stop who listens there, or name another in PORT.',
      )
    if (code === undefined) throw error
    throw new LanekeeperError(
      'port_taken',
      `cannot listen on ${host}:${port} (${code})`,
      'Name an address of this machine in HOST.',
    )
  }
}

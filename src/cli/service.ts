import type { KeyObject } from 'node:crypto'
import type { Accounts } from '../account.ts'
import type { Deps } from '../api/deps.ts'
import { buildServer } from '../api/server.ts'
import type { Model } from '../classify/model.ts'
import { readConfig } from '../config.ts'
import { type Committing, commitEvents } from '../consume/commit.ts'
import { HttpSource } from '../consume/httpSource.ts'
import { type Db, transaction } from '../db.ts'
import { LanekeeperError } from '../errors.ts'
import type { RuleSet } from '../evaluate/ruleSet.ts'
import { forgetEnd, readPosition, sourceAtEnd } from '../persist/due.ts'
import { giveCursors, lastCursor, tryRelayLock } from '../persist/outbox.ts'
import { openStore } from '../persist/store.ts'
import { Relay } from '../publish/relay.ts'
import { every } from './every.ts'
import { warnOfLostBans } from './lostBans.ts'
import { reloadRules } from './reloadRules.ts'
import { openRulesInForce } from './rulesInForce.ts'
import { sweepDatabase } from './sweeping.ts'

const SOURCE = 'http'
const SWEEP_MS = 1000
/** How often to relay what another process committed; what this one commits wakes the relay. */
const RELAY_MS = 250

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

/** Starts the engine on a database. Throws a LanekeeperError where it cannot listen. */
export async function startService(parts: ServiceParts): Promise<Service> {
  const { db, model, rulesFolder, ruleSet, clock, logger, stopping, erasureKey } = parts
  const rules = await openRulesInForce(db, ruleSet, clock === 'system' ? Date.now : undefined)
  const reload = (actor: string) => reloadRules(rulesFolder, rules, actor)
  await forgetEnd(db, SOURCE) // gateways have gathered events meanwhile
  await warnOfLostBans(db, erasureKey, logger)
  const { now, seen } = await clockOf(clock, db)
  const failed = (what: string) => (error: unknown) => logger.error({ err: error }, what)
  const relay = new Relay({
    relay: (most) => transaction(db, async (tx) => ((await tryRelayLock(tx)) ? giveCursors(tx, most) : undefined)),
  })
  const committing: Committing = {
    accounts: afterEntitlements(openStore(db, erasureKey), () => {
      relay.wake().catch(failed('relay failed, will try again'))
    }),
    rules,
    model,
    clock: clock === 'system' ? now : undefined,
    excerpts: new WeakMap(),
  }
  const source = new HttpSource((events) => {
    seen(events)
    return commitEvents(events, SOURCE, committing)
  })
  const server = buildServer({
    db,
    accounts: committing.accounts,
    excerpts: committing.excerpts,
    source,
    rules,
    reload,
    model,
    now,
    clock,
    isReady: () => !stopping.aborted,
    logger,
    relay,
    erasureKey,
  })
  const address = await listen(server)
  const relaying = every(RELAY_MS, () => relay.wake(), failed('relay failed, will try again'))
  const sweep = () => sweepAll(db, source, committing, clock, now())
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
      await source.drained()
      await Promise.all([sweeping(), relaying()])
    },
  }
}

/** The same store, which calls `tell` after every commit that wrote entitlements. */
const afterEntitlements = (store: Accounts, tell: () => void): Accounts => ({
  load: (ids) => store.load(ids),
  async save(commits, newest, position) {
    const lost = await store.save(commits, newest, position)
    if (commits.some(({ outcomes }) => outcomes.some(({ entitlements }) => entitlements.length > 0))) tell()
    return lost
  },
})

/** The engine's clock in milliseconds: the system's, or for old logs the greatest event time of the source. */
async function clockOf(
  clock: Deps['clock'],
  db: Db,
): Promise<{ now: () => number; seen(events: readonly { time: number }[]): void }> {
  if (clock === 'system') return { now: Date.now, seen: () => {} }
  let greatest = (await readPosition(db, SOURCE))?.greatestTime ?? 0
  const seen = (events: readonly { time: number }[]) => {
    for (const { time } of events) greatest = Math.max(greatest, time)
  }
  return { now: () => greatest, seen }
}

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

/** Lets time pass for whoever has something due. */
async function sweepAll(
  db: Db,
  source: HttpSource,
  committing: Committing,
  clock: Deps['clock'],
  now: number,
): Promise<void> {
  if (source.waiting === 0) await sourceAtEnd(db, SOURCE, now)
  await sweepDatabase(db, SOURCE, committing, clock, now)
}

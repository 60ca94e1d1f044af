import { performance } from 'node:perf_hooks'
import { excerptKeeper } from '../api/excerpts.ts'
import { scoreEvent } from '../classify/scoreEvent.ts'
import { type Committing, commitSourced, type Taken } from '../consume/commit.ts'
import { GroupMember } from '../consume/kafka/groupMember.ts'
import { type Bounds, gapOf } from '../consume/kafka/holdings.ts'
import { KafkaSource } from '../consume/kafka/kafkaSource.ts'
import { sourceOf } from '../consume/kafka/logJob.ts'
import type { KafkaSourceParts } from '../consume/kafka/parts.ts'
import { readRecord } from '../consume/kafka/readRecord.ts'
import type { Db } from '../db.ts'
import { createKafkaMetrics, type KafkaMetrics, type Metrics } from '../metrics.ts'
import type { AccountCache } from '../persist/accountCache.ts'
import { partitionsAtEnd, readPartitions, readPartitionTime, takePartitions } from '../persist/kafkaPositions.ts'
import { openInspector } from '../publish/kafka/inspector.ts'
import type { Sweeping } from '../sweep/sweep.ts'
import { followCapacityTopic } from './capacityTopic.ts'
import { every } from './every.ts'
import type { Cluster } from './kafka.ts'

const LOOK_MS = 1000
/** Group offsets are told once in so many looks. */
const HINT = 5

/** What a worker reads with. */
export interface ConsumingParts {
  cluster: Cluster
  /** Asked where logs begin and end: one that gives up soon, since it is asked again and the last answer is as good. */
  looking: Cluster
  db: Db
  committing: Committing
  cache: AccountCache
  clock: 'system' | 'events'
  now: () => number
  /** Hears of events whose commit begins. */
  seen(events: readonly { time: number }[]): void
  metrics: Metrics
  logger: { error(fields: object, message: string): void; warn(fields: object, message: string): void }
}

/** A worker's part of the requests' topic. */
export interface Consuming {
  isReady(): boolean
  /** Records that wait for their commit, or are in it. */
  waiting(): number
  /** Partitions that are not read because their log does not hold the position. */
  stopped(): number[]
  /** Where accounts live whose ticks are ours to make, with how far that has been read. */
  sources(): { source: string; position: Sweeping['position'] }[]
  /** Stops fetching, finishes what is being committed, and leaves the group. */
  stop(): Promise<void>
}

/** Begins to read. Throws a LanekeeperError where the topic cannot be read. */
export async function startConsuming(parts: ConsumingParts): Promise<Consuming> {
  const { cluster, db, committing, cache, metrics, logger } = parts
  const topic = cluster.settings.topics.requests
  const inspector = await openInspector(parts.looking.kafka)
  try {
    const { length: partitions } = await inspector.partitions(topic)
    let lags: { partition: number; events: number; seconds: number }[] = []
    const counts = createKafkaMetrics({ lag: () => lags, cache: () => cache.counts }, metrics)
    const failed = (error: unknown) => logger.error({ err: error }, 'reading from Kafka failed, will try again')
    const member = new GroupMember({
      ...{ kafka: cluster.kafka, topic, groupId: `${topic}.workers` },
      failed: (error) => logger.warn({ err: error }, 'the consumer has ended, will join again'),
      joined: (assigned) => source.joined(assigned),
      left: () => source.left(),
      eachBatch: (payload) => source.eachBatch(payload),
      emptyBatch: (...batch) => source.emptyBatch(...batch),
    })
    const source = new KafkaSource(
      {
        ...{ topic, partitions },
        bounds: () => inspector.bounds(topic),
        take: (logs) => takePartitions(db, topic, logs),
        read: reader(parts, partitions),
        commit: async (some, position, turn) => {
          let begun = performance.now()
          const mine = async () => {
            const ready = performance.now()
            await turn.mine()
            begun += performance.now() - ready // waiting for its turn is no part of it
          }
          for (const { events } of some) parts.seen(events)
          const taken = await commitSourced(some, position, counted(committing, counts), { ...turn, mine })
          counts.commits.observe((performance.now() - begun) / 1000)
          return taken
        },
        keepOnly: (sources) => cache.keepOnly(sources),
        told: {
          rebalanced: () => counts.rebalances.inc(),
          fenced: () => counts.fenced.inc(),
          notCommitted: () => counts.notCommitted.inc(),
          committed: (taken, deadLetters) => count(taken, deadLetters, metrics, counts),
          stopped: (partition, why) => logger.error({ topic, partition }, `the partition is not read: ${why}`),
          failed,
        },
      },
      member,
    )
    let looks = 0
    const look = async () => {
      member.watch(Date.now())
      const bounds = await inspector.bounds(topic)
      lags = lagsOf(source, bounds)
      source.check(bounds)
      await noteEnds(db, topic, source, bounds)
      if (bounds.length === partitions) await resumeMended(db, topic, source, bounds)
      if (looks++ % HINT === 0)
        void member
          .hint(source.held.map(({ partition, taken }) => ({ partition, offset: taken })))
          .catch((error) => logger.warn({ err: error }, 'the offsets of the group were not told'))
    }
    member.start()
    const leaveCapacity = followCapacityTopic(db, cluster, committing.clock, (error) =>
      logger.warn({ err: error }, 'capacity cannot be read, will try again'),
    )
    const looking = every(LOOK_MS, look, (error) => logger.warn({ err: error }, 'the lag could not be seen'))
    return {
      waiting: () => source.waiting,
      isReady: () => source.isReady,
      stopped: () => [...source.stopped.keys()],
      sources: () =>
        source.held.map(({ partition }) => ({
          source: sourceOf(topic, partition),
          position: () => readPartitionTime(db, topic, partition),
        })),
      async stop() {
        await source.stop()
        await member.stop()
        await leaveCapacity()
        await looking()
        await inspector.close()
      },
    }
  } catch (error) {
    await inspector.close()
    throw error
  }
}

/** Decodes and scores a record, and lays its excerpt aside where policy keeps one. */
const reader =
  ({ cluster, committing, clock, now }: ConsumingParts, partitions: number): KafkaSourceParts['read'] =>
  (message, partition) => {
    const place = { topic: cluster.settings.topics.requests, partition, offset: Number(message.offset) }
    const { event, deadLetter } = readRecord(message, place, { partitions, clock })
    if (!event) return deadLetter
    const scored = scoreEvent(event, committing.model)
    if (event.input) excerptKeeper({ ...committing, now })?.(scored, event.input)
    return scored
  }

/** The same, which counts the rows of accounts that are written. */
const counted = (committing: Committing, { rows }: KafkaMetrics): Committing => ({
  ...committing,
  accounts: {
    load: (...asked) => committing.accounts.load(...asked),
    ready: (commit) => committing.accounts.ready(commit),
    async save(commits, ...rest) {
      const lost = await committing.accounts.save(commits, ...rest)
      if (lost.size === 0) rows.inc(commits.length)
      return lost
    },
  },
})

function count(taken: readonly Taken[], letters: number, metrics: Metrics, { deadLetters }: KafkaMetrics): void {
  const add = <Key extends string>(counts: Map<Key, number>, key: Key) => counts.set(key, (counts.get(key) ?? 0) + 1)
  const outcomes = new Map<Taken['outcome'], number>()
  const labels = new Map<NonNullable<Taken['label']>, number>()
  for (const { outcome, label } of taken) {
    add(outcomes, outcome)
    if (label) add(labels, label)
  }
  for (const [outcome, some] of outcomes) metrics.events.inc({ outcome }, some)
  for (const [label, some] of labels) metrics.classifications.inc({ label }, some)
  deadLetters.inc(letters)
}

const lagsOf = ({ held }: KafkaSource, bounds: readonly Bounds[]) =>
  held.map(({ partition, taken, loggedAt }) => {
    const events = Math.max(0, (bounds.find((one) => one.partition === partition)?.high ?? 0) - taken)
    return { partition, events, seconds: events === 0 || !loggedAt ? 0 : Math.max(0, Date.now() - loggedAt) / 1000 }
  })

/** Ticks follow the clock for partitions that are at their end. */
async function noteEnds(db: Db, topic: string, { held }: KafkaSource, bounds: readonly Bounds[]): Promise<void> {
  const ended = held.filter(({ partition, taken, accepted }) => {
    const high = bounds.find((one) => one.partition === partition)?.high
    return high !== undefined && taken >= high && accepted === taken
  })
  if (ended.length === 0) return
  const positions = ended.map(({ partition, epoch, taken }) => ({ partition, epoch, nextOffset: taken }))
  await partitionsAtEnd(db, topic, positions, Date.now())
}

/** Goes on with partitions whose position a person has put back into the log. */
async function resumeMended(db: Db, topic: string, source: KafkaSource, bounds: readonly Bounds[]): Promise<void> {
  if (source.stopped.size === 0) return
  const positions = await readPartitions(db, topic)
  const isMended = positions.some(({ partition, nextOffset }) => {
    const log = bounds.find((one) => one.partition === partition)
    return source.stopped.has(partition) && log && !gapOf(nextOffset, log)
  })
  if (isMended) source.again(0)
}

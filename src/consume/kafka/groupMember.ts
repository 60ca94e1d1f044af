import { setTimeout as wait } from 'node:timers/promises'
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs'

export interface GroupMemberParts {
  kafka: Kafka
  topic: string
  groupId: string
  /** This member is assigned these partitions, and no others any more. */
  joined(partitions: readonly number[]): void
  /** It is assigned none, until it has joined again. */
  left(): void
  eachBatch(payload: EachBatchPayload): Promise<void>
  /** A batch in which there is nothing but what kafkajs hides. */
  emptyBatch(partition: number, firstOffset: number, lastOffset: number): void
  failed(error: unknown): void
}

/** A worker that was killed is known to be dead after so long. */
const SESSION_MS = 6000
const HEARTBEAT_MS = 1500
/** How long the group waits for members that are to join again; each hears of it with its next heartbeat. */
const REBALANCE_MS = 10_000
/** How long a fetch waits for the first record; a record that comes is told at once. */
const FETCH_MS = 250
/** Much of one partition rather than a little of each: a commit then holds more events of fewer accounts. */
const FETCH_BYTES = 32 << 20
/**
 * A consumer without a heartbeat for so long is out of its group. It hangs, or kafkajs 2.2.4 goes on with what it was assigned once: when
 * the group does not know it any more and it cannot join anew because the broker has just gone, it forgets its own id, and without one it
 * fetches for ever, never sends a heartbeat, and never joins.
 */
const SILENT_MS = 20_000
const PAUSE_MS = { least: 500, most: 5000 }

/** A member of a consumer group that goes on for ever: a consumer that has ended is followed by a new one. */
export class GroupMember {
  readonly #parts: GroupMemberParts
  #consumer: Consumer | undefined
  readonly #stopping = new AbortController()
  #failures = 0
  #lastSign = 0
  #opening: Promise<void> = Promise.resolve()

  constructor(parts: GroupMemberParts) {
    this.#parts = parts
  }

  /** Joins the group, and again whenever it has fallen out of it. */
  start(): void {
    this.#opening = this.#open()
  }

  seek(partition: number, offset: number): void {
    this.#tell((consumer) => consumer.seek({ topic: this.#parts.topic, partition, offset: `${offset}` }))
  }

  pause(partitions: readonly number[]): void {
    this.#tell((consumer) => consumer.pause([{ topic: this.#parts.topic, partitions: [...partitions] }]))
  }

  resume(partitions: readonly number[]): void {
    this.#tell((consumer) => consumer.resume([{ topic: this.#parts.topic, partitions: [...partitions] }]))
  }

  /**
   * Tells the group how far partitions have come, for whoever watches its lag. Only those that are assigned now: kafkajs also commits
   * offsets of partitions that were taken away, and the brokers let it.
   */
  async hint(offsets: readonly { partition: number; offset: number }[]): Promise<void> {
    if (offsets.length === 0) return
    const { topic } = this.#parts
    await this.#consumer?.commitOffsets(
      offsets.map(({ partition, offset }) => ({ topic, partition, offset: `${offset}` })),
    )
  }

  /** Replaces a consumer that is no member any more and does not say that it has ended. That one may never come to its end: nobody waits for it. */
  watch(now: number): void {
    const consumer = this.#consumer
    if (!consumer || now - this.#lastSign < SILENT_MS) return
    this.#parts.failed(new Error(`the consumer has sent no heartbeat for ${SILENT_MS / 1000} s`))
    this.#ended(consumer)
    void consumer.disconnect().catch(this.#parts.failed)
  }

  /** Leaves the group. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#opening
    await this.#consumer?.disconnect()
  }

  /** kafkajs throws where its consumer has just ended; who comes after it begins anew. */
  #tell(what: (consumer: Consumer) => void): void {
    try {
      if (this.#consumer) what(this.#consumer)
    } catch (error) {
      this.#parts.failed(error)
    }
  }

  async #open(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const consumer = this.#create()
      try {
        await consumer.connect()
        await consumer.subscribe({ topic: this.#parts.topic, fromBeginning: true })
        this.#consumer = consumer
        this.#lastSign = Date.now()
        await consumer.run({
          autoCommit: false, // the position that counts is in PostgreSQL
          eachBatchAutoResolve: false,
          eachBatch: (payload) => this.#parts.eachBatch(payload),
        })
        return
      } catch (error) {
        this.#consumer = undefined
        this.#parts.failed(error)
        await consumer.disconnect().catch(() => {})
        await this.#rest()
      }
    }
  }

  #create(): Consumer {
    const { kafka, groupId, topic } = this.#parts
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      rebalanceTimeout: REBALANCE_MS,
      maxWaitTimeInMs: FETCH_MS,
      maxBytesPerPartition: FETCH_BYTES,
      maxBytes: FETCH_BYTES,
      allowAutoTopicCreation: false,
      // kafkajs restarts a consumer only after errors that it calls retriable, and after others it stops without a word: here one way
      // serves all of them, a new consumer.
      retry: { restartOnFailure: async () => false },
    })
    const { GROUP_JOIN, REBALANCING, START_BATCH_PROCESS, HEARTBEAT, CRASH } = consumer.events
    const isCurrent = () => consumer === this.#consumer
    // These are called in the same breath as what they tell of, and are not awaited.
    consumer.on(GROUP_JOIN, ({ payload }) => {
      this.#failures = 0
      if (isCurrent()) this.#parts.joined(payload.memberAssignment[topic] ?? [])
    })
    consumer.on(REBALANCING, () => void (isCurrent() && this.#parts.left()))
    consumer.on(START_BATCH_PROCESS, ({ payload: { batchSize, partition, firstOffset, lastOffset } }) => {
      if (isCurrent() && batchSize === 0 && firstOffset !== null)
        this.#parts.emptyBatch(partition, Number(firstOffset), Number(lastOffset))
    })
    for (const sign of [HEARTBEAT, GROUP_JOIN] as const)
      consumer.on(sign, () => {
        this.#lastSign = Date.now()
      })
    consumer.on(CRASH, ({ payload }) => {
      if (!isCurrent()) return
      this.#parts.failed(payload.error)
      this.#ended(consumer)
    })
    return consumer
  }

  #ended(consumer: Consumer): void {
    if (consumer !== this.#consumer) return
    this.#consumer = undefined
    this.#parts.left()
    this.#opening = this.#rest().then(() => this.#open())
  }

  /** Grows from failure to failure and varies by half, so that no storm of workers meets a broker that comes back. */
  async #rest(): Promise<void> {
    const pause = Math.min(PAUSE_MS.most, PAUSE_MS.least * 2 ** this.#failures++) * (0.5 + Math.random())
    await wait(pause, undefined, { signal: this.#stopping.signal }).catch(() => {})
  }
}

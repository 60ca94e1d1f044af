import { setTimeout as wait } from 'node:timers/promises'
import type { EachBatchPayload } from 'kafkajs'
import { Fenced } from '../../account.ts'
import type { Taken } from '../commit.ts'
import { CommitQueue, Dropped } from '../commitQueue.ts'
import { type Bounds, gapOf, type Held, Holdings } from './holdings.ts'
import { commitJobs, type LogJob, sourceOf } from './logJob.ts'
import type { KafkaSourceParts, Reader } from './parts.ts'
import { readRecords } from './readRecords.ts'
import { reshaped, stopPartition, takeHold } from './takeHold.ts'
import { waitAlive } from './waitAlive.ts'

/** Records that are decoded and scored while the last ones are committed. */
const CHUNK = 500
/**
 * A commit writes an account once however many of its events it holds, so whoever catches up wants large ones, each of one partition;
 * who is not behind commits what is there.
 */
const LIMITS = { waiting: 128_000, commit: 64_000 }

/**
 * The events of a Kafka topic. It keeps no truth: how far a partition has come stands in PostgreSQL and moves in the transaction
 * that writes what its events caused, and only under the epoch that was raised when this worker took the partition. Whatever goes
 * wrong, what is not committed is dropped and read again from there.
 */
export class KafkaSource {
  readonly #parts: KafkaSourceParts
  readonly #reader: Reader
  readonly #queue: CommitQueue<LogJob>
  /** Where a commit failed, by partition, until one has come further: it is tried again, and for as long nothing is ready. */
  readonly #failing = new Map<number, number>()
  #holdings = new Holdings([])
  #acquired: Promise<void> = Promise.resolve()
  #isJoined = false
  #isStopping = false
  #failures = 0
  /** Under which epoch each partition was held last. */
  readonly #epochs = new Map<number, number>()

  constructor(parts: KafkaSourceParts, reader: Reader) {
    this.#parts = parts
    this.#reader = reader
    const failing = this.#failing
    this.#queue = new CommitQueue((jobs, turn) => commitJobs(jobs, turn, parts), {
      waiting: LIMITS.waiting,
      areApart: (one, next) => one.held !== next.held,
      get commit() {
        return failing.size === 0 ? LIMITS.commit : 1 // one by one, so that whatever always fails takes no other with it
      },
    })
  }

  /** Records that wait for their commit. */
  get waiting(): number {
    return this.#queue.waiting
  }

  /** Whether everything that is assigned is being read and committed. */
  get isReady(): boolean {
    const { isComplete, stopped } = this.#holdings
    return this.#isJoined && isComplete && stopped.size === 0 && this.#failing.size === 0
  }

  get held(): Held[] {
    return [...this.#holdings.held.values()]
  }

  get stopped(): ReadonlyMap<number, string> {
    return this.#holdings.stopped
  }

  /** The group has shared its partitions out. kafkajs calls this before it reads any, and does not wait for it. */
  joined(assigned: readonly number[]): void {
    this.#parts.told.rebalanced()
    this.#isJoined = true
    this.#failing.clear()
    this.#failures = 0 // brokers that share out are back: what failed while they were away says nothing about them
    this.#acquireAll(assigned, 0)
  }

  /** Nothing is assigned any more: the group shares anew, or the consumer has ended. */
  left(): void {
    this.#isJoined = false
    this.#begin([])
  }

  /** Takes all partitions anew and reads on from their positions, after a while (milliseconds). */
  again(after: number): void {
    this.#acquireAll(this.#holdings.assigned, after)
  }

  /**
   * Stops partitions whose position the log does not hold any more, and all where the topic has another number of them than it had:
   * an account may be on two of them by now.
   */
  check(bounds: readonly Bounds[]): void {
    const holdings = this.#holdings
    const shape = reshaped(bounds.length, this.#parts)
    for (const one of bounds) {
      const held = holdings.held.get(one.partition)
      const gap = held && (shape ?? gapOf(held.taken, one))
      if (gap) stopPartition(holdings, one.partition, gap, this.#parts, this.#reader)
    }
  }

  /** Hands over no more, and returns when what was handed over is committed. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#reader.pause(this.#holdings.assigned)
    await this.#queue.drained()
  }

  /** A batch of kafkajs. What is not resolved comes again. */
  async eachBatch({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> {
    const holdings = this.#holdings
    const isOurs = () => !holdings.isOver && !this.#isStopping && isRunning() && !isStale()
    if (!holdings.isComplete) await waitAlive(this.#acquired, heartbeat, isOurs)
    const held = holdings.held.get(batch.partition)
    if (!isOurs() || !held) return
    const { fetchedOffset } = batch as typeof batch & { fetchedOffset: string } // its types leave it out
    const last = Number(batch.lastOffset())
    // The group's own offsets are a hint, and a rebalance makes kafkajs forget what was resolved since.
    if (Number(fetchedOffset) > held.accepted || last < held.accepted)
      return this.#reader.seek(batch.partition, held.accepted)
    const messages = batch.messages.filter(({ offset }) => Number(offset) >= held.accepted)
    for (let from = 0; from < messages.length; from += CHUNK) {
      const chunk = messages.slice(from, from + CHUNK)
      const { events, deadLetters } = await readRecords(chunk, (message) => this.#parts.read(message, batch.partition))
      while (isOurs() && !this.#queue.hasRoomFor(chunk.length)) await waitAlive(this.#queue.eased(), heartbeat, isOurs)
      if (!isOurs()) return
      const { offset, timestamp } = chunk.at(-1)!
      const resolved = from + CHUNK < messages.length ? Number(offset) : last // which may be a control record behind it
      const [size, loggedAt] = [chunk.length, Number(timestamp)]
      this.#accept({ holdings, held, from: held.accepted, to: resolved + 1, events, deadLetters, size, loggedAt })
      resolveOffset(offset)
      await heartbeat()
    }
  }

  /** A batch of which nothing is left, as the end of a transaction, which kafkajs passes over by itself. */
  emptyBatch(partition: number, firstOffset: number, lastOffset: number): void {
    const holdings = this.#holdings
    const held = holdings.held.get(partition)
    if (!held || held.accepted !== firstOffset || this.#isStopping) return
    const from = held.accepted
    this.#accept({
      ...{ holdings, held, from, to: lastOffset + 1, events: [], deadLetters: [], size: 1 },
      loggedAt: undefined,
    })
  }

  #begin(assigned: readonly number[]): Holdings {
    this.#holdings.isOver = true
    this.#holdings = new Holdings(assigned)
    this.#queue.drop()
    return this.#holdings
  }

  #acquireAll(assigned: readonly number[], after: number): void {
    const holdings = this.#begin(assigned)
    this.#acquired = this.#acquire(holdings, after)
  }

  async #acquire(holdings: Holdings, after: number): Promise<void> {
    for (let pause = after; !holdings.isOver && !this.#isStopping; pause = this.#pause()) {
      await wait(pause)
      try {
        if (!holdings.isOver) await takeHold(holdings, this.#parts, this.#reader)
        if (!holdings.isOver) this.#remember(holdings)
        for (const { partition, taken } of holdings.held.values()) this.#isPast(partition, taken)
        return
      } catch (error) {
        this.#parts.told.failed(error)
      }
    }
  }

  /** What is remembered of accounts is true where nobody else has held their partition meanwhile: then its epoch is the next one. */
  #remember({ held }: Holdings): void {
    const kept = [...held.values()].filter(({ partition, epoch }) => this.#epochs.get(partition) === epoch - 1)
    this.#parts.keepOnly(kept.map(({ partition }) => sourceOf(this.#parts.topic, partition)))
    for (const { partition, epoch } of held.values()) this.#epochs.set(partition, epoch)
  }

  #accept(job: LogJob): void {
    job.held.accepted = job.to
    this.#queue.push(job).then(
      (taken) => this.#committed(job, taken),
      (error) => this.#lost(job, error),
    )
  }

  #committed({ held, to, loggedAt, deadLetters }: LogJob, taken: readonly Taken[]): void {
    this.#isPast(held.partition, to)
    if (this.#failing.size === 0) this.#failures = 0
    held.taken = to
    if (loggedAt !== undefined) held.loggedAt = loggedAt
    this.#parts.told.committed(taken, deadLetters.length)
  }

  /** A partition has come so far, perhaps by a commit of which we only did not hear. */
  #isPast(partition: number, position: number): void {
    if (position > (this.#failing.get(partition) ?? position)) this.#failing.delete(partition)
  }

  /** Of a commit all jobs fail; the first one begins anew. */
  #lost({ holdings, held: { partition }, from }: LogJob, error: unknown): void {
    if (error instanceof Dropped) return
    if (!(error instanceof Fenced) && this.#holdings.assigned.includes(partition)) {
      this.#failing.set(partition, from)
      this.#isPast(partition, this.#holdings.held.get(partition)?.taken ?? from)
    }
    if (holdings.isOver) return
    this.#parts.told.failed(error)
    // Who was fenced because it had slept hears in this while that its partitions are gone, and leaves them to their new owner.
    this.again(error instanceof Fenced ? 1000 + Math.random() * 1000 : this.#pause())
  }

  /** Doubles from failure to failure up to five seconds, give or take half: all workers lose a server in the same moment. */
  #pause(): number {
    return Math.min(5000, 100 * 2 ** this.#failures++) * (0.5 + Math.random())
  }
}

import type { Message } from 'kafkajs'
import type { Kafka } from './client.ts'
import { openTransactions, type Transactions } from './transactions.ts'

/** What goes out on one topic, in the order of its cursors. */
export interface Outgoing {
  topic: string
  /** Messages behind a cursor. */
  read(since: number, most: number): Promise<(Message & { cursor: number })[]>
}

/** The right to publish: only one process has it, and keeps with it how far each topic has come. */
export interface Lead {
  outgoing: readonly Outgoing[]
  published(topics: readonly string[]): Promise<number[]>
  /** Fails once the lead is lost. */
  savePublished(cursors: ReadonlyMap<string, number>): Promise<void>
  beat(): Promise<void>
  onNews(listener: () => void): void
  ended: Promise<void>
  close(): Promise<void>
}

export interface Publishing {
  kafka: Kafka
  /** Undefined while another process leads. */
  takeLead(): Promise<Lead | undefined>
  /** How often to show the store that this process is there. */
  beatMs: number
  /** The name under which brokers know whoever leads: the next one under it ends what its predecessor had begun. */
  transactionalId: string
  failed(error: unknown): void
}

/** So many messages of a topic go out at once: with the longest notices they stay below what a broker takes in one batch. */
const BATCH = 200

/** The lead while this process has it. */
export interface Leading {
  /** Publishes the next messages of every topic; how many there were, and whether there may be more. */
  publishSome(): Promise<{ count: number; isMore: boolean }>
  /** Returns when it is kept how far each topic has come. */
  kept(): Promise<void>
  ended: Promise<void>
  /** Gives the lead away. */
  end(): Promise<void>
}

/** Takes the lead; undefined while another process has it. */
export async function startLeading(publishing: Publishing, onNews: () => void): Promise<Leading | undefined> {
  const lead = await publishing.takeLead()
  if (!lead) return undefined
  const transactions = openTransactions(publishing.kafka, publishing.transactionalId)
  const end = async () => {
    clearInterval(beating)
    await transactions.close()
    await lead.close()
  }
  const beating = setInterval(() => void lead.beat().catch(publishing.failed), publishing.beatMs)
  try {
    await transactions.begin() // from here on a predecessor gets nothing through
    const topics = lead.outgoing.map(({ topic }) => topic)
    const cursors = await lead.published(topics)
    lead.onNews(onNews)
    const reached = new Map(topics.map((topic, i) => [topic, cursors[i]!]))
    let kept: Promise<void> = Promise.resolve()
    const keep = async (cursors: ReadonlyMap<string, number>) => {
      await kept
      kept = lead.savePublished(cursors)
      kept.catch(() => {}) // whoever keeps the next, or ends, hears of it
    }
    return {
      publishSome: () => publishSome(lead, transactions, reached, keep),
      kept: () => kept,
      ended: lead.ended,
      async end() {
        await kept.catch(publishing.failed)
        await end()
      },
    }
  } catch (error) {
    await end()
    throw error
  }
}

async function publishSome(
  { outgoing }: Lead,
  transactions: Transactions,
  reached: Map<string, number>,
  keep: (cursors: ReadonlyMap<string, number>) => Promise<void>,
): Promise<{ count: number; isMore: boolean }> {
  const batches = await Promise.all(
    outgoing.map(async ({ topic, read }) => ({ topic, messages: await read(reached.get(topic)!, BATCH) })),
  )
  const some = batches.filter(({ messages }) => messages.length > 0)
  if (some.length === 0) return { count: 0, isMore: false }
  await transactions.send(some)
  const cursors = new Map(some.map(({ topic, messages }) => [topic, messages.at(-1)!.cursor]))
  for (const [topic, cursor] of cursors) reached.set(topic, cursor)
  await keep(cursors) // while the next ones are read and go out
  return {
    count: some.reduce((sum, { messages }) => sum + messages.length, 0),
    isMore: some.some(({ messages }) => messages.length === BATCH),
  }
}

import { setTimeout as delay } from 'node:timers/promises'
import type { Producer } from 'kafkajs'
import { scored } from '../../support/account.ts'
import { line } from '../../support/log.ts'
import type { Ground } from './site.ts'

/** Milliseconds after which an entitlement is taken for lost. */
const PATIENCE = 30_000
/** Non-coding requests within an hour that are a violation. */
const ENOUGH = 20

const PREFIX = 'probe-'

/** Whether a record speaks of an account that is measured by. */
export const isProbe = (key: Buffer | null): boolean => key?.subarray(0, PREFIX.length).toString() === PREFIX

interface Keyed {
  key: string
  value: string
}

function probe(index: number, nth: number, time: number): Keyed {
  const key = `${PREFIX}${index}`
  const event = scored('non_coding', time + nth * 1000, { accountId: key, id: `${key}-${nth}` })
  return { key, value: new TextDecoder().decode(line(event)) }
}

/** What brings so many accounts to one event before a violation, at about `time` (ms). */
export const preparation = (count: number, time: number): Keyed[] =>
  Array.from({ length: count * (ENOUGH - 1) }, (_, i) => probe(Math.floor(i / (ENOUGH - 1)), i % (ENOUGH - 1), time))

/** Probes on the topics of one ground. */
export interface Prober {
  /**
   * Produces the last event of each probe from one to another, one every `everyMs`; the milliseconds from there to its restriction,
   * or where nothing decides to the event itself, read from the topic of entitlements.
   */
  measure(from: number, to: number, everyMs: number): Promise<number[]>
  close(): Promise<void>
}

export async function proberOn({ kafka, settings }: Ground, producer: Producer, time: number): Promise<Prober> {
  const { requests, entitlements } = settings.topics
  const told = new Map<string, () => void>()
  const consumer = kafka.consumer({ groupId: `${entitlements}.reader`, maxWaitTimeInMs: 250 })
  const joined = new Promise((done) => consumer.on(consumer.events.GROUP_JOIN, done))
  await consumer.connect()
  await consumer.subscribe({ topic: entitlements, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message: { key, value } }) => {
      if (isProbe(key) && JSON.parse(`${value}`).access !== 'allow') told.get(`${key}`)?.()
    },
  })
  await joined
  const one = async (index: number): Promise<number> => {
    const record = probe(index, ENOUGH - 1, time)
    const begun = performance.now()
    const heard = new Promise<number>((done, failed) => {
      const timer = setTimeout(() => failed(new Error(`nothing was heard of ${record.key}`)), PATIENCE)
      told.set(record.key, () => {
        clearTimeout(timer)
        done(performance.now() - begun)
      })
    })
    await producer.send({ topic: requests, acks: -1, messages: [record] })
    return heard
  }
  return {
    async measure(from, to, everyMs) {
      const measured: Promise<number>[] = []
      for (let index = from; index < to; index++) {
        measured.push(one(index))
        await delay(everyMs)
      }
      return Promise.all(measured)
    },
    close: () => consumer.disconnect(),
  }
}

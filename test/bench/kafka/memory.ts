import { onBed, withWorker } from './bed.ts'
import { fill } from './fill.ts'
import { follow } from './progress.ts'

const ACCOUNTS = 20_000
const STEP = 100_000
const PRINTED = 1_000_000

/** Memory of a worker over so many events, after each million: what is left of the heap after a collection, and all of the process. */
export const benchKafkaMemory = (events: number): Promise<string[]> =>
  onBed((bed) =>
    bed.on('bench_memory', ACCOUNTS, async ({ url, db, topics, lines: linesOf }) => {
      const lines = linesOf()
      return withWorker(url, topics, async (server) => {
        let heap = Infinity
        let rss = 0
        for (let sent = 0; sent < events; ) {
          await fill(topics.kafka, topics.requests, lines, STEP)
          sent += STEP
          await follow(db, server, sent, (sample) => {
            heap = Math.min(heap, sample.heap)
            rss = Math.max(rss, sample.rss)
          })
          await topics.forget(db)
          if (sent % PRINTED !== 0) continue
          console.log(
            `kafka: ${ACCOUNTS.toLocaleString('en')} accounts, after ${sent.toLocaleString('en')} events: heap ${mb(heap)} MB at the least, process ${mb(rss)} MB at the most`,
          )
          heap = Infinity
          rss = 0
        }
        return []
      })
    }),
  )

const mb = (bytes: number) => Math.round(bytes / 2 ** 20)

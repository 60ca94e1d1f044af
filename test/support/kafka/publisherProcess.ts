import { setTimeout as delay } from 'node:timers/promises'
import { publisherOf } from '../../../src/cli/publishing.ts'
import { readConfig } from '../../../src/config.ts'
import { openDb } from '../../../src/db.ts'
import { kafkaOf } from './kafka.ts'

// A process that publishes until it is killed, and says on stdout when it has come to lead.
const { databaseUrl, kafka } = readConfig()
const failed = (error: unknown) => process.stderr.write(`${error}\n`)
const publisher = publisherOf(openDb(databaseUrl!, 4), kafkaOf(kafka!), kafka!.topics, failed)
for (let isTold = false; ; await delay(20)) {
  await publisher.wake().catch(failed)
  if (publisher.isLeading && !isTold) process.stdout.write('leading\n')
  isTold = publisher.isLeading
}

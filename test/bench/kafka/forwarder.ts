import { Partitioners } from 'kafkajs'
import { readConfig } from '../../../src/config.ts'
import { createLogger } from '../../../src/logger.ts'
import { openKafka } from '../../../src/publish/kafka/client.ts'
import { isProbe } from './probes.ts'

// The two hops with nothing between, in a process of its own: what comes for a probe on the topic of requests goes out on that of
// entitlements as it is. It says on stdout when it reads.
const settings = readConfig().kafka!
const kafka = openKafka({ ...settings, ca: undefined }, createLogger('silent'), 'service')
const { requests: from, entitlements: topic } = settings.topics
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
await producer.connect()
const consumer = kafka.consumer({ groupId: `${from}.forwarder`, maxWaitTimeInMs: 250 })
consumer.on(consumer.events.GROUP_JOIN, () => process.stdout.write('reads\n'))
await consumer.connect()
await consumer.subscribe({ topic: from, fromBeginning: true })
await consumer.run({
  autoCommit: false,
  eachBatch: async ({ batch }) => {
    const messages = batch.messages.flatMap(({ key, value }) => (isProbe(key) ? [{ key, value }] : []))
    if (messages.length > 0) await producer.send({ topic, acks: -1, messages })
  },
})

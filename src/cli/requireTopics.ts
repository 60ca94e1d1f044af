import { type Db, transaction } from '../db.ts'
import { LanekeeperError } from '../errors.ts'
import { rememberPartitions } from '../persist/kafkaTopics.ts'
import { kafkaFault } from '../publish/kafka/fault.ts'
import { openInspector } from '../publish/kafka/inspector.ts'
import { createTopics, topicPlans } from '../publish/kafka/topics.ts'
import { type Cluster, openCluster } from './kafka.ts'

/** Creates the topics that are missing, if it is to. Throws a LanekeeperError where the topic of requests is not as it was. */
export async function requireTopics(db: Db, isCreating: boolean): Promise<void> {
  const cluster = await openCluster()
  const topic = cluster.settings.topics.requests
  const partitions = await partitionsOf(cluster, isCreating).catch((error) => Promise.reject(kafkaFault(error)))
  const remembered = await transaction(db, (tx) => rememberPartitions(tx, topic, partitions))
  if (remembered === partitions) return
  throw new LanekeeperError(
    'kafka_refused',
    `${topic} has ${partitions} partitions and had ${remembered} when it was first read: accounts would move between them`,
    `Make a topic with ${remembered} partitions, or name a new one in KAFKA_TOPICS once this one is read to its end.`,
  )
}

async function partitionsOf({ kafka, settings }: Cluster, isCreating: boolean): Promise<number> {
  if (isCreating) await createTopics(kafka, topicPlans(settings))
  const inspector = await openInspector(kafka)
  try {
    return (await inspector.partitions(settings.topics.requests)).length
  } finally {
    await inspector.close()
  }
}

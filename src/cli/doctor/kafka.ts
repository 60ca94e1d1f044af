import { type Db, transaction } from '../../db.ts'
import { acceptGap, readPartitions } from '../../persist/kafkaPositions.ts'
import { rememberedPartitions } from '../../persist/kafkaTopics.ts'
import { type Inspector, openInspector } from '../../publish/kafka/inspector.ts'
import { openSender } from '../../publish/kafka/sender.ts'
import { createTopics, type TopicPlan, topicPlans } from '../../publish/kafka/topics.ts'
import { type Cluster, openCluster } from '../kafka.ts'
import { clockFinding, skewOf } from './clock.ts'
import { type Finding, fine, looked } from './finding.ts'
import { gapsOf, lagFindings } from './lag.ts'
import { configFindings, partitionFindings } from './topic.ts'

export interface Looking {
  /** Creates topics that are missing before it looks. */
  createTopics?: boolean
  /** Puts positions that the log does not hold to its beginning. */
  acceptGap?: boolean
  /** Writes nothing, so that the brokers' clock stays unknown. */
  readOnly?: boolean
}

/** How Kafka stands; `db` where the database can be asked. */
export async function kafkaFindings(db: Db | undefined, options: Looking): Promise<readonly Finding[]> {
  return looked('Kafka', 'DESCRIBE', async () => {
    const cluster = await openCluster()
    const plans = topicPlans(cluster.settings)
    const inspector = await openInspector(cluster.kafka)
    try {
      return [
        ...(await brokers(inspector)),
        ...(options.createTopics ? await created(cluster, plans) : []),
        ...(await Promise.all(plans.map((plan) => topic(inspector, plan, db)))).flat(),
        ...(db ? await positions(inspector, cluster, db, options) : []),
        ...(options.readOnly ? [] : await clock(cluster)),
      ]
    } finally {
      await inspector.close()
    }
  })
}

/** Every broker at the address that it tells clients, which may be another than the one in the settings. */
async function brokers(inspector: Inspector): Promise<readonly Finding[]> {
  return looked('brokers', 'DESCRIBE', async () => {
    const addresses = await inspector.brokers()
    const found = addresses.map((address) =>
      looked(`broker ${address}`, 'DESCRIBE', async () => {
        const { kafka } = await openCluster([address])
        await (await openInspector(kafka)).close()
        return [fine(`broker ${address}`, 'answers')]
      }),
    )
    return (await Promise.all(found)).flat()
  })
}

async function created({ kafka }: Cluster, plans: readonly TopicPlan[]): Promise<readonly Finding[]> {
  return looked('topics', 'CREATE', async () => {
    const names = await createTopics(kafka, plans)
    return names.map((name) => fine(name, 'was missing and is created'))
  })
}

async function topic(inspector: Inspector, plan: TopicPlan, db: Db | undefined): Promise<readonly Finding[]> {
  const { name, config, word } = plan
  const remembered = db && word === 'requests' ? await rememberedPartitions(db, name) : undefined
  const shape = await looked(name, 'DESCRIBE', async () =>
    partitionFindings(name, await inspector.partitions(name), remembered),
  )
  if (shape.some(({ isWrong }) => isWrong)) return shape
  const settings = await looked(name, 'DESCRIBE_CONFIGS', async () =>
    configFindings(plan, await inspector.config(name, Object.keys(config))),
  )
  return [...shape, ...settings]
}

async function positions(
  inspector: Inspector,
  { settings: { topics } }: Cluster,
  db: Db,
  { acceptGap: isAccepted }: Looking,
): Promise<readonly Finding[]> {
  return looked(topics.requests, 'DESCRIBE', async () => {
    const log = await inspector.bounds(topics.requests)
    const gaps = isAccepted ? gapsOf(await readPartitions(db, topics.requests), log) : []
    for (const { position, bounds } of gaps)
      await transaction(db, (tx) => acceptGap(tx, topics.requests, position, bounds.low))
    return [
      ...gaps.map(({ position: { partition, nextOffset }, bounds: { low } }) =>
        fine(`${topics.requests}/${partition}`, `the position was ${nextOffset} and is ${low}, as you accepted`),
      ),
      ...lagFindings(topics.requests, await readPartitions(db, topics.requests), log),
    ]
  })
}

/** The brokers tell the time only of what is appended: a record without a value, which readers of dead letters skip. */
async function clock({ kafka, settings: { topics } }: Cluster): Promise<readonly Finding[]> {
  const name = topics['dead-letters']
  return looked(name, 'WRITE', async () => {
    const sender = await openSender(kafka)
    try {
      const mark = { value: null, headers: { 'lanekeeper-doctor': 'clock' } }
      await sender.send(name, mark) // the first one finds its way, the second is measured
      const skew = await skewOf(async () => Number((await sender.send(name, mark)).logAppendTime), Date.now)
      if (skew.ahead < -Date.now() / 2) return [] // -1: the topic keeps another time, which is told of it already
      return [clockFinding('brokers', `by the append time of a record without a value on ${name}`, skew)]
    } finally {
      await sender.close()
    }
  })
}

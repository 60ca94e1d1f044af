import { join } from 'node:path'
import { readConfig } from '../../config.ts'
import { createLogger } from '../../logger.ts'
import { postgresEnded } from '../database.ts'
import { onInterrupt } from '../interrupt.ts'
import { loadModel } from '../loadModel.ts'
import { tell } from '../output.ts'
import { rulesFolder as folderOf, loadRules } from '../rulesFolder.ts'
import { startService } from '../service.ts'
import { openDemoDatabase } from './database.ts'
import { type DemoKafka, openDemoKafka } from './kafka.ts'
import type { DemoOptions } from './options.ts'
import { perform } from './perform.ts'

/** `lanekeeper start --demo`: a server with a database of its own, and a simulated gateway that talks to it. */
export async function demo(options: DemoOptions): Promise<void> {
  const { signal } = onInterrupt()
  try {
    await onServer(options, signal)
  } catch (error) {
    if (!signal.aborted) throw error // what a signal broke off, initdb for one, is nobody's mistake
  }
  if (!signal.aborted) return
  tell('stopped')
  process.exitCode = signal.reason
}

async function onServer(options: DemoOptions, stop: AbortSignal): Promise<void> {
  const { home: parent, databaseUrl, logLevel, kafka: kafkaSettings } = readConfig()
  const home = join(parent, 'demo')
  const isElsewhere = databaseUrl !== undefined
  if (kafkaSettings && !options.kafka)
    tell('KAFKA_BROKERS is left alone: with --kafka the demo goes over it, in topics of its own')
  if (isElsewhere) tell(`DATABASE_URL is left alone: the demo has a PostgreSQL of its own in ${home}`)
  const rulesFolder = folderOf(options.rules)
  const [model, ruleSet] = await Promise.all([loadModel(), loadRules(rulesFolder)])
  if (stop.aborted) return
  const { db, lost, erasureKey, close } = await openDemoDatabase(home)
  const signal = AbortSignal.any([stop, lost])
  let kafka: DemoKafka | undefined
  try {
    signal.throwIfAborted()
    const logger = createLogger(logLevel)
    kafka = options.kafka ? await openDemoKafka(logger) : undefined
    if (kafka) tell(whereOf(kafka))
    const service = await startService({
      ...{ db, model, rulesFolder, ruleSet, logger, erasureKey },
      ...{ clock: 'events', stopping: signal, cluster: kafka?.cluster },
    })
    try {
      await perform({ ...options, home, isElsewhere, db, service, kafka, wording: ruleSet.notices.en, signal })
    } finally {
      await service.stop() // only now, so that nothing is refused that the demo still asks
    }
  } catch (error) {
    throw lost.aborted ? postgresEnded(home) : error
  } finally {
    await kafka?.close()
    await close()
  }
}

const whereOf = ({ cluster: { settings } }: DemoKafka) =>
  `events go to ${settings.topics.requests} on ${settings.brokers.join(',')}, entitlements come back on ${settings.topics.entitlements}`

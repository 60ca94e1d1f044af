import { readFile } from 'node:fs/promises'
import { type KafkaSettings, readConfig } from '../config.ts'
import { LanekeeperError } from '../errors.ts'
import { createLogger } from '../logger.ts'
import { type Kafka, openKafka, type Patience } from '../publish/kafka/client.ts'

/** A cluster that a command works with, and what the settings say of it. */
export interface Cluster {
  kafka: Kafka
  settings: KafkaSettings
}

/**
 * The cluster of KAFKA_BROKERS, or some of its brokers, for one command, which tells itself what goes wrong. Throws a LanekeeperError
 * where there is none.
 */
export const openCluster = (brokers?: string[]): Promise<Cluster> => clusterOf(createLogger('silent'), 'once', brokers)

/** The cluster of KAFKA_BROKERS for a process that outlives its brokers; undefined where there is none. */
export const openServiceCluster = async (logger: ReturnType<typeof createLogger>): Promise<Cluster | undefined> =>
  readConfig().kafka && clusterOf(logger, 'service')

async function clusterOf(
  logger: ReturnType<typeof createLogger>,
  patience: Patience,
  brokers?: string[],
): Promise<Cluster> {
  const { kafka: settings } = readConfig()
  if (!settings)
    throw new LanekeeperError('usage', 'KAFKA_BROKERS is not set', 'Name the brokers there, host:port,host:port.')
  const connecting = {
    ...settings,
    brokers: brokers ?? settings.brokers,
    ca: settings.ca && (await certificates(settings.ca)),
  }
  return { kafka: openKafka(connecting, logger, patience), settings }
}

/** The text of the file that KAFKA_TLS_CA names. */
export async function certificates(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new LanekeeperError(
      code === 'ENOENT' ? 'file_missing' : 'file_unreadable',
      `cannot read ${file} (${code}), which KAFKA_TLS_CA names`,
      'Name a PEM file with the certificates to trust.',
    )
  }
}

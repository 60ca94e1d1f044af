import { Kafka, type LogEntry, logLevel, type SASLOptions } from 'kafkajs'
import type { KafkaSettings } from '../../config.ts'
import type { createLogger } from '../../logger.ts'
import { quietTimers } from './quietTimers.ts'

export type { Kafka } from 'kafkajs'

type Logger = ReturnType<typeof createLogger>

/** How a client bears up: `once` for a command that a person waits for, `service` for a process that outlives its brokers. */
export type Patience = 'once' | 'service'

/**
 * How often a request is tried again. A broker that restarts is away for seconds, and while it loads its share of groups and
 * transactions it answers "The coordinator is loading": both pass. All clients lose a broker in the same moment, so pauses vary by
 * half and grow; to two seconds and no further, since several of them come one after the other (to connect, to find the coordinator,
 * to join), and a client that sleeps beside a broker that is back keeps its whole group waiting.
 */
const RETRY = {
  once: { initialRetryTime: 100, factor: 0.5, multiplier: 2, maxRetryTime: 1000, retries: 4 },
  service: { initialRetryTime: 100, factor: 0.5, multiplier: 2, maxRetryTime: 2000, retries: 16 },
}

/** Who makes a client knows the settings; `ca` is the text of the file that they name. */
export type Connecting = Pick<KafkaSettings, 'brokers' | 'tls' | 'login'> & { ca: string | undefined }

/** The one place where clients of Kafka come from. Nothing is connected yet. */
export function openKafka({ brokers, tls, ca, login }: Connecting, logger: Logger, patience: Patience): Kafka {
  quietTimers()
  return new Kafka({
    clientId: 'lanekeeper',
    brokers,
    ...(tls ? { ssl: ca === undefined ? true : { ca: [ca] } } : {}),
    ...(login ? { sasl: login as SASLOptions } : {}),
    connectionTimeout: 3000,
    retry: RETRY[patience],
    logLevel: logger.isLevelEnabled('debug') ? logLevel.INFO : logLevel.WARN, // its DEBUG makes a line of every request
    logCreator: () => (entry) => write(logger, entry),
  })
}

/**
 * What kafkajs calls an error is often one that it tries again, and one that it gives up on is thrown to us: a level less for all
 * that it says.
 */
function write(logger: Logger, { namespace, level, log }: LogEntry): void {
  const { message, timestamp: _at, logger: _name, stack: _stack, ...rest } = log
  const under = { kafka: namespace || 'Client', ...rest }
  if (level === logLevel.ERROR) logger.warn(under, message)
  else if (level === logLevel.WARN) logger.info(under, message)
  else logger.debug(under, message)
}

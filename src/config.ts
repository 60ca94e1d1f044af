import { createSecretKey, type KeyObject } from 'node:crypto'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { LanekeeperError } from './errors.ts'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

/** Never told, not even where they are wrong. */
const SECRET = ['LANEKEEPER_ERASURE_KEY', 'KAFKA_PASSWORD']

/** A key in hex or base64; undefined if it is none, or shorter than 32 bytes. */
export function readKey(text: string): KeyObject | undefined {
  const isHex = /^([0-9a-f]{2})+$/i.test(text)
  if (!isHex && !/^[\w+/-]+={0,2}$/.test(text)) return undefined
  const key = Buffer.from(text, isHex ? 'hex' : 'base64')
  return key.length < 32 ? undefined : createSecretKey(key)
}

/** What Lanekeeper reads from Kafka and writes there; `requests` is called `lanekeeper.requests.v1` unless a setting says otherwise. */
const topicWords = ['requests', 'capacity', 'entitlements', 'notices', 'dead-letters'] as const
export type TopicWord = (typeof topicWords)[number]
export type TopicNames = Record<TopicWord, string>

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const

/** Every setting, with its default. The environment is read here and nowhere else. */
const settings = z.object({
  LANEKEEPER_RULES: z
    .string()
    .min(1)
    .optional()
    .describe('the rules folder; default: rules, else the one in the package'),
  LANEKEEPER_SHARED: z
    .string()
    .min(1)
    .default('../shared')
    .describe('data and streams that tests and training may read'),
  LANEKEEPER_HOME: z.string().min(1).default('.lanekeeper').describe('the folder of the embedded database'),
  DATABASE_URL: z.string().min(1).optional().describe('a PostgreSQL; unset: one of its own in LANEKEEPER_HOME'),
  LANEKEEPER_ERASURE_KEY: z
    .string()
    .refine((text) => readKey(text) !== undefined)
    .optional()
    .describe(
      'recognises banned accounts that were erased: at least 32 random bytes as hex or base64; unset: with the embedded database a file in LANEKEEPER_HOME, else none',
    ),
  LANEKEEPER_DEAD_LETTER_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .describe('days that dead letters are kept, 1 to 3650: they may hold prompts'),
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8080)
    .describe('the port that the API listens on, 0 to 65535'),
  HOST: z.string().min(1).default('127.0.0.1').describe('the address that the API listens on'),
  KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/)
    .optional()
    .describe('brokers of a Kafka cluster, host:port,host:port'),
  KAFKA_TLS: z.enum(['true', 'false']).default('false').describe('whether the brokers are spoken to over TLS'),
  KAFKA_TLS_CA: z
    .string()
    .min(1)
    .optional()
    .describe('a PEM file of who vouches for the brokers; unset: who Node trusts'),
  KAFKA_SASL_MECHANISM: z
    .enum(MECHANISMS)
    .optional()
    .describe(`how to log in to the brokers: ${MECHANISMS.join(', ')}; unset: not at all`),
  KAFKA_USERNAME: z.string().min(1).optional().describe('who logs in to the brokers'),
  KAFKA_PASSWORD: z.string().min(1).optional().describe('its password'),
  KAFKA_TOPIC_PREFIX: z
    .string()
    .regex(/^[\w.-]{0,200}$/)
    .default('lanekeeper.')
    .describe('what the names of topics begin with, as lanekeeper.requests.v1 does'),
  KAFKA_TOPICS: z
    .string()
    .regex(new RegExp(`^((${topicWords.join('|')})=[\\w.-]{1,249}(,|$))+(?<!,)$`))
    .optional()
    .describe(
      `whole names of single topics, like requests=ai.requests,notices=ai.notices; of ${topicWords.join(', ')}`,
    ),
  KAFKA_PARTITIONS: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(12)
    .describe('partitions of a topic that is created, 1 to 10000; they bound how many workers can share the work'),
  LANEKEEPER_CACHE: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000_000)
    .default(100_000)
    .describe(
      'so many accounts, those it used last, a process remembers between commits, and at most twice as many; a few kB each',
    ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('warn')
    .describe('least log level written: fatal, error, warn, info, debug, trace or silent'),
})

export interface Config {
  rulesFolder: string | undefined
  logLevel: string
  /** How many accounts are remembered between commits. */
  accountsCached: number
  home: string
  databaseUrl: string | undefined
  /** Of the ban markers; secret. */
  erasureKey: KeyObject | undefined
  port: number
  host: string
  deadLetterDays: number
  /** Undefined without KAFKA_BROKERS. */
  kafka: KafkaSettings | undefined
}

/** How a Kafka cluster is reached, and what is found on it. */
export interface KafkaSettings {
  brokers: string[]
  tls: boolean
  /** A file. */
  ca: string | undefined
  login: { mechanism: (typeof MECHANISMS)[number]; username: string; password: string } | undefined
  topics: TopicNames
  /** Of topics that are created. */
  partitions: number
}

/** The settings of this process. Throws a usage error that names the variable. */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const read = settings.safeParse(environment)
  if (!read.success) {
    const name = read.error.issues[0]!.path.join('.')
    const meaning = settings.shape[name as keyof typeof settings.shape].description
    throw new LanekeeperError(
      'usage',
      `${SECRET.includes(name) ? name : `${name}="${environment[name]}"`} is none of its values (${meaning})`,
      'Set it right or unset it.',
    )
  }
  const {
    LANEKEEPER_RULES: rulesFolder,
    LOG_LEVEL: logLevel,
    LANEKEEPER_CACHE: accountsCached,
    LANEKEEPER_HOME: home,
    DATABASE_URL: databaseUrl,
    LANEKEEPER_ERASURE_KEY: erasureKey,
    LANEKEEPER_DEAD_LETTER_DAYS: deadLetterDays,
    PORT: port,
    HOST: host,
  } = read.data
  return {
    ...{ rulesFolder, logLevel, accountsCached, deadLetterDays, home, databaseUrl, port, host },
    erasureKey: erasureKey === undefined ? undefined : readKey(erasureKey),
    kafka: kafkaOf(read.data),
  }
}

function kafkaOf(read: z.infer<typeof settings>): KafkaSettings | undefined {
  if (read.KAFKA_BROKERS === undefined) return undefined
  const given = Object.fromEntries(read.KAFKA_TOPICS?.split(',').map((one) => one.split('=')) ?? [])
  const names = topicWords.map((word) => [word, given[word] ?? `${read.KAFKA_TOPIC_PREFIX}${word}.v1`])
  return {
    brokers: read.KAFKA_BROKERS.split(','),
    tls: read.KAFKA_TLS === 'true',
    ca: read.KAFKA_TLS_CA,
    login: loginOf(read),
    topics: Object.fromEntries(names),
    partitions: read.KAFKA_PARTITIONS,
  }
}

function loginOf(read: z.infer<typeof settings>): KafkaSettings['login'] {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = read
  if (mechanism === undefined && username === undefined && password === undefined) return undefined
  if (mechanism !== undefined && username !== undefined && password !== undefined)
    return { mechanism, username, password }
  throw new LanekeeperError(
    'usage',
    'of KAFKA_SASL_MECHANISM, KAFKA_USERNAME and KAFKA_PASSWORD only some are set',
    'Set all three to log in to the brokers, or none.',
  )
}

/** Every setting with its default and meaning, for help and documentation. */
export const settingsList = (): { name: string; initial: string; meaning: string }[] =>
  Object.entries(settings.shape).map(([name, schema]) => ({
    name,
    initial: String(schema.safeParse(undefined).data ?? ''),
    meaning: schema.description ?? '',
  }))

/** The folder of data and streams that tests, benchmarks and training read; it may be missing. */
export const shared = (): string =>
  resolve(PACKAGE, settings.shape.LANEKEEPER_SHARED.parse(process.env.LANEKEEPER_SHARED))

/** A file that the package brings along, e.g. `rules` or `package.json`. */
export const packaged = (name: string): string => resolve(PACKAGE, name)

/** Whether a service that is missing fails the tests instead of skipping them. */
export const isCi = (): boolean => process.env.CI === 'true'

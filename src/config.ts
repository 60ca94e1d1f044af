import { createSecretKey, type KeyObject } from 'node:crypto'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { LanekeeperError } from './errors.ts'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

/** Never told, not even where they are wrong. */
const SECRET = ['LANEKEEPER_ERASURE_KEY']

/** A key in hex or base64; undefined if it is none, or shorter than 32 bytes. */
export function readKey(text: string): KeyObject | undefined {
  const isHex = /^([0-9a-f]{2})+$/i.test(text)
  if (!isHex && !/^[\w+/-]+={0,2}$/.test(text)) return undefined
  const key = Buffer.from(text, isHex ? 'hex' : 'base64')
  return key.length < 32 ? undefined : createSecretKey(key)
}

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
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8080)
    .describe('the port that the API listens on, 0 to 65535'),
  HOST: z.string().min(1).default('127.0.0.1').describe('the address that the API listens on'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('warn')
    .describe('least log level written: fatal, error, warn, info, debug, trace or silent'),
})

export interface Config {
  rulesFolder: string | undefined
  logLevel: string
  home: string
  databaseUrl: string | undefined
  /** Of the ban markers; secret. */
  erasureKey: KeyObject | undefined
  port: number
  host: string
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
    LANEKEEPER_HOME: home,
    DATABASE_URL: databaseUrl,
    LANEKEEPER_ERASURE_KEY: erasureKey,
    PORT: port,
    HOST: host,
  } = read.data
  return {
    ...{ rulesFolder, logLevel, home, databaseUrl, port, host },
    erasureKey: erasureKey === undefined ? undefined : readKey(erasureKey),
  }
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

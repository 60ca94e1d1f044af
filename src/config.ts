import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { LanekeeperError } from './errors.ts'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

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
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('warn')
    .describe('least log level written: fatal, error, warn, info, debug, trace or silent'),
})

export interface Config {
  rulesFolder: string | undefined
  logLevel: string
}

/** The settings of this process. Throws a usage error that names the variable. */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const read = settings.safeParse(environment)
  if (!read.success) {
    const name = read.error.issues[0]!.path.join('.')
    const meaning = settings.shape[name as keyof typeof settings.shape].description
    throw new LanekeeperError(
      'usage',
      `${name}="${environment[name]}" is none of its values (${meaning})`,
      'Set it right or unset it.',
    )
  }
  return { rulesFolder: read.data.LANEKEEPER_RULES, logLevel: read.data.LOG_LEVEL }
}

/** The folder of data and streams that tests, benchmarks and training read; it may be missing. */
export const shared = (): string =>
  resolve(PACKAGE, settings.shape.LANEKEEPER_SHARED.parse(process.env.LANEKEEPER_SHARED))

/** A file that the package brings along, e.g. `rules` or `package.json`. */
export const packaged = (name: string): string => resolve(PACKAGE, name)

/** Whether a service that is missing fails the tests instead of skipping them. */
export const isCi = (): boolean => process.env.CI === 'true'

import { parseArgs } from 'node:util'

/** What can be evaluated by itself. */
export const PARTS = ['data', 'cases', 'weeks', 'crowds', 'frontier'] as const
export type Part = (typeof PARTS)[number]
/** What is evaluated if nothing is named. */
const USUAL: readonly Part[] = ['data', 'cases', 'weeks', 'crowds']

export interface Options {
  parts: readonly Part[]
  json: boolean
  /** Whether the rows that lie in this repository are trained on and judged, beside the shared ones. */
  own: boolean
  /** Leaves out one source at a time instead of a fifth of everything; takes some forty trainings instead of five. */
  eachSource: boolean
  /** A file for what was misjudged, one JSON object a line. It holds prompts. */
  misses: string | undefined
  /** The folder in which left-out models are kept from one run to the next. */
  kept: string | undefined
  /** Simulated crowds: how many, of how many accounts, for how many hours. */
  seeds: number
  accounts: number
  hours: number
}

const USAGE = `usage: node src/train/eval/main.ts [--only ${PARTS.join(',')}] [--without-own] [--each-source]
                                  [--json] [--misses FILE] [--kept DIR] [--seeds 5] [--accounts 2000] [--hours 48]`

/** Reads the command line. Throws an Error with the usage. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: USUAL.join(',') },
      'without-own': { type: 'boolean', default: false },
      'each-source': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      misses: { type: 'string' },
      kept: { type: 'string' },
      seeds: { type: 'string', default: '5' },
      accounts: { type: 'string', default: '2000' },
      hours: { type: 'string', default: '48' },
    },
  })
  const parts = values.only.split(',')
  const numbers = [values.seeds, values.accounts, values.hours].map(Number)
  if (!parts.every(isPart) || !numbers.every((one) => Number.isInteger(one) && one > 0)) throw new Error(USAGE)
  const [seeds, accounts, hours] = numbers as [number, number, number]
  return {
    parts,
    own: !values['without-own'],
    eachSource: values['each-source'],
    json: values.json,
    misses: values.misses,
    kept: values.kept,
    seeds,
    accounts,
    hours,
  }
}

const isPart = (part: string): part is Part => PARTS.includes(part as Part)

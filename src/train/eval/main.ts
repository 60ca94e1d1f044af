import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Model, readModel } from '../../classify/model.ts'
import { packaged, shared } from '../../config.ts'
import { crossFit } from '../crossfit.ts'
import { loadRows, OWN, type Row } from '../data.ts'
import { foldPerSource, foldsOf } from '../folds.ts'
import { defaultRules } from '../streams/defaultRules.ts'
import { isAsExpected } from '../streams/expectation.ts'
import { printableStream } from '../streams/printable.ts'
import { playCrowd } from '../streams/simulated.ts'
import { type Played, tally } from '../streams/tally.ts'
import { playWeek } from '../streams/weeks.ts'
import { leftOutModels } from '../train.ts'
import { loadCases } from './cases.ts'
import { evaluate, evaluateCases } from './evaluate.ts'
import { type Judged, judge } from './judge.ts'
import { keptModels } from './keptModels.ts'
import { type Options, type Part, readOptions } from './options.ts'
import { printable } from './report.ts'

/** What a part has found: as an object, as tables, and what was misjudged. */
interface Found {
  report: unknown
  text: string
  misses: object[]
}

/** The rows, and for each fold of them a model that knows nothing of it. */
interface Setting {
  rows: readonly Row[]
  folds: Uint8Array
  models: readonly Model[]
}

const say = (line: string) => process.stderr.write(`${line}\n`)

const parts: Record<Part, (options: Options, setting: () => Setting) => Found | Promise<Found>> = {
  data(_options, setting) {
    const { rows, folds, models } = setting()
    const judged = judge(rows, (i) => models[folds[i]!]!)
    const report = evaluate(judged)
    return { report, text: printable(report), misses: wrong(judged) }
  },
  cases() {
    const shipped = readModel(readFileSync(packaged('src/classify/weights.bin')))
    const judged = judge(loadCases(), () => shipped)
    const report = evaluateCases(judged)
    return { report, text: printable(report), misses: wrong(judged) }
  },
  async weeks(_options, setting) {
    const rules = await defaultRules()
    return onStreams(['week-a', 'week-b'], (week) => playWeek(join(shared(), 'streams', week), setting(), rules))
  },
  async crowds(options, setting) {
    const rules = await defaultRules()
    const seeds = Array.from({ length: options.seeds }, (_, i) => i + 1)
    return onStreams(
      seeds.map((seed) => `crowd ${seed}`),
      (_name, i) => playCrowd(seeds[i]!, options, setting(), rules),
    )
  },
}

/** Plays streams one after the other; their accounts are reported together as well. */
async function onStreams(
  names: readonly string[],
  playOne: (name: string, index: number) => Promise<Played[]>,
): Promise<Found> {
  const streams: [string, Played[]][] = []
  for (const [i, name] of names.entries()) {
    streams.push([name, await playOne(name, i)])
    say(`${name} played`)
  }
  const all: [string, Played[]] = [names.join(', '), streams.flatMap(([, played]) => played)]
  return {
    report: Object.fromEntries(streams.map(([name, played]) => [name, tally(played)])),
    text: [...streams, all].map(([name, played]) => printableStream(name, played)).join('\n\n'),
    misses: streams.flatMap(([stream, played]) =>
      played.flatMap((one) => (isAsExpected(one.persona, one.fate) === false ? [{ stream, ...one }] : [])),
    ),
  }
}

const wrong = (judged: readonly Judged[]) =>
  judged.filter(({ row, verdict }) => verdict.label !== (row.target === 1 ? 'non_coding' : 'coding'))

/** The rows and models, read or made when a part first needs them. */
function settingOnce({ own, eachSource, kept }: Options): () => Setting {
  let known: Setting | undefined
  return () => {
    if (known) return known
    const rows = loadRows(shared(), own ? OWN : undefined)
    const folds = eachSource ? foldPerSource(rows) : foldsOf(rows)
    const models = keptModels(rows, folds, () => leftOutModels(rows, crossFit(rows, say, { folds })), kept)
    known = { rows, folds, models }
    return known
  }
}

/** Prints the parts that are asked for, each as it is ready; with `json` all of them as one object. */
async function main(args: string[]): Promise<void> {
  const options = readOptions(args)
  const setting = settingOnce(options)
  const reports: Partial<Record<Part, unknown>> = {}
  const misses: string[] = []
  for (const part of options.parts) {
    const found = await parts[part](options, setting)
    reports[part] = found.report
    misses.push(...found.misses.map((one) => JSON.stringify({ part, ...one })))
    if (!options.json) process.stdout.write(`## ${part}\n\n${found.text}\n\n`)
  }
  if (options.json) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`)
  if (options.misses !== undefined) writeFileSync(options.misses, `${misses.join('\n')}\n`)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

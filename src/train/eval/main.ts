import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readModel } from '../../classify/model.ts'
import { packaged, shared } from '../../config.ts'
import { crossFit } from '../crossfit.ts'
import { loadRows, OWN } from '../data.ts'
import { foldsOf } from '../folds.ts'
import { leftOutModels } from '../train.ts'
import { loadCases } from './cases.ts'
import { evaluate, evaluateCases } from './evaluate.ts'
import { judge } from './judge.ts'
import { keptModels } from './keptModels.ts'
import { printable } from './report.ts'

const USAGE = 'usage: node src/train/eval/main.ts [--only data,cases] [--json]'
const PARTS = ['data', 'cases'] as const
type Part = (typeof PARTS)[number]

const say = (line: string) => process.stderr.write(`${line}\n`)

/** Prints the parts that are asked for, each as it is ready; with `json` all of them as one object. */
function main(args: string[]): void {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' }, only: { type: 'string' } } })
  const parts = values.only?.split(',') ?? PARTS
  if (!parts.every((part): part is Part => PARTS.includes(part as Part))) throw new Error(USAGE)
  const reports: Partial<Record<Part, unknown>> = {}
  for (const part of parts) {
    const report = part === 'data' ? onData() : onCases()
    reports[part] = report
    if (!values.json) process.stdout.write(`## ${part}\n\n${printable(report)}\n\n`)
  }
  if (values.json) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`)
}

/** Sources, pairs and sessions, each judged by a model that has not seen it. */
function onData() {
  const rows = loadRows(shared(), OWN)
  const folds = foldsOf(rows)
  const models = keptModels(rows, () => leftOutModels(rows, crossFit(rows, say)))
  return evaluate(judge(rows, (i) => models[folds[i]!]!))
}

/** The hand-written cases, judged by the weights that ship: nothing was trained on them. */
function onCases() {
  const shipped = readModel(readFileSync(packaged('src/classify/weights.bin')))
  return evaluateCases(judge(loadCases(), () => shipped))
}

try {
  main(process.argv.slice(2))
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

import { parseArgs } from 'node:util'
import { shared } from '../../config.ts'
import { loadRows, OWN } from '../data.ts'
import { loadCases } from '../eval/cases.ts'
import { type Column, figure, percent, table } from '../eval/report.ts'
import { type SessionFigures, sessionTable } from './sessionTable.ts'
import { type TextFigures, textTable } from './textTable.ts'

const USAGE = 'usage: node src/train/tables/main.ts [--only text,sessions] [--without-own] [--json]'
const PARTS = ['text', 'sessions']

const textColumns: Column<TextFigures>[] = [
  ['model of single texts', ({ model }) => model],
  ['sources: AUC', ({ sources }) => figure(sources.auc)],
  ['R@1 %', ({ sources }) => percent(sources.recallAt1, 0)],
  ['FPR@R.75', ({ sources }) => percent(sources.falseAlarmsAt75)],
  ['written: AUC', ({ written }) => figure(written)],
  ['written, our own', ({ own }) => figure(own)],
  ['cases', ({ cases }) => figure(cases)],
  ['session turns', ({ turns }) => figure(turns)],
]

const sessionColumns: Column<SessionFigures>[] = [
  ['model of sessions', ({ model }) => model],
  ['turns: AUC', ({ turns }) => figure(turns.auc)],
  ['R@1 %', ({ turns }) => percent(turns.recallAt1, 0)],
  ['R@3 %', ({ turns }) => percent(turns.recallAt3, 0)],
  ['FPR@R.75', ({ turns }) => percent(turns.falseAlarmsAt75)],
  ['sessions: AUC', ({ sessions }) => figure(sessions)],
]

const say = (line: string) => process.stderr.write(`${line}\n`)

/** Trains the models that the choice of the classifier was made among, and prints how they rank what they have not seen. */
function main(args: string[]): void {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: PARTS.join(',') },
      'without-own': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const parts = values.only.split(',')
  if (!parts.every((part) => PARTS.includes(part))) throw new Error(USAGE)
  const rows = loadRows(shared(), values['without-own'] ? undefined : OWN)
  const text = parts.includes('text') ? textTable(rows, loadCases(), say) : []
  const sessions = parts.includes('sessions') ? sessionTable(rows, say) : []
  const tables = [
    ...(text.length > 0 ? [table(textColumns, text)] : []),
    ...(sessions.length > 0 ? [table(sessionColumns, sessions)] : []),
  ]
  process.stdout.write(`${values.json ? JSON.stringify({ text, sessions }, null, 2) : tables.join('\n\n')}\n`)
}

try {
  main(process.argv.slice(2))
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

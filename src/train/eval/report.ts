import type { Report } from './evaluate.ts'
import type { GroupReport } from './groups.ts'
import type { SessionKindReport } from './sessions.ts'
import type { Slice } from './slice.ts'

/** A column: its title, and what it shows of a row. */
export type Column<T> = readonly [title: string, show: (row: T) => string]

/** A share as a percentage. */
export const percent = (share: number, digits = 1) => (Number.isNaN(share) ? '-' : `${(share * 100).toFixed(digits)} %`)
/** A figure without a unit. */
export const figure = (value: number) => (Number.isNaN(value) ? '-' : value.toFixed(3))

/** Rows as a table in Markdown. */
export const table = <T>(columns: readonly Column<T>[], rows: readonly T[]): string =>
  [
    columns.map(([title]) => title),
    columns.map(() => '---'),
    ...rows.map((row) => columns.map(([, show]) => show(row))),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')

const sliceColumns: Column<Slice>[] = [
  ['left out', ({ name }) => name],
  ['rows', ({ rows }) => String(rows)],
  ['AUC', ({ auc }) => figure(auc)],
  ['false alarms', ({ falseAlarms }) => percent(falseAlarms)],
  ['recall', ({ recall }) => percent(recall)],
  ['unsure', ({ unsure }) => percent(unsure)],
  ['FPR@R.75', ({ falseAlarmsAt75 }) => percent(falseAlarmsAt75)],
  ['ECE', ({ calibrationError }) => figure(calibrationError)],
]

const sessionColumns: Column<SessionKindReport>[] = [
  ['sessions', ({ name }) => name],
  ['number', ({ sessions }) => String(sessions)],
  ['judged non-coding: mean', ({ mean }) => percent(mean, 0)],
  ['median', ({ median }) => percent(median, 0)],
  ['least', ({ least }) => percent(least, 0)],
  ['most', ({ most }) => percent(most, 0)],
  ['a fifth or more', ({ atFifth }) => String(atFifth)],
  ['half or more', ({ atHalf }) => String(atHalf)],
  ['false alarms', ({ falseAlarms }) => percent(falseAlarms)],
  ['recall', ({ recall }) => percent(recall)],
]

const groupColumns: Column<GroupReport>[] = [
  ['group', ({ name }) => name],
  ['truth', ({ truth }) => truth],
  ['rows', ({ rows }) => String(rows)],
  ['judged coding', ({ judged }) => percent(judged.coding)],
  ['unsure', ({ judged }) => percent(judged.unsure)],
  ['judged non-coding', ({ judged }) => percent(judged.nonCoding)],
]

/** Groups of fewer rows are in the JSON only. */
const LEAST_ROWS = 20

/** A report as tables in Markdown. */
export function printable({ slices, groups, sessions }: Report): string {
  const kinds = Object.values(sessions).flatMap((one) => one.kinds)
  const areas = Object.entries(sessions).map(
    ([name, { auc }]) =>
      `${name}: AUC of whole sessions, genuine against all misuse ${figure(auc.all)}, against mixed ${figure(auc.mixed)}`,
  )
  return [
    table(sliceColumns, slices),
    ...(kinds.length === 0 ? [] : [table(sessionColumns, kinds), areas.join('\n')]),
    table(
      groupColumns,
      groups.filter(({ rows }) => rows >= LEAST_ROWS),
    ),
  ].join('\n\n')
}

import type { Report, Slice } from './evaluate.ts'

const percent = (share: number, digits = 1) => (Number.isNaN(share) ? '-' : `${(share * 100).toFixed(digits)} %`)

const columns: [string, (slice: Slice) => string][] = [
  ['left out', ({ name }) => name],
  ['rows', ({ rows }) => String(rows)],
  ['AUC', ({ auc }) => (Number.isNaN(auc) ? '-' : auc.toFixed(3))],
  ['false alarms', ({ falseAlarms }) => percent(falseAlarms)],
  ['recall', ({ recall }) => percent(recall)],
  ['unsure', ({ unsure }) => percent(unsure)],
  ['FPR@R.75', ({ falseAlarmsAt75 }) => percent(falseAlarmsAt75)],
  ['ECE', ({ calibrationError }) => calibrationError.toFixed(3)],
]

/** The report as a table in Markdown and a few lines on whole sessions. */
export function printable({ slices, sessions, text }: Report): string {
  const rows = [columns.map(([title]) => title), columns.map(() => '---')]
  for (const slice of slices) rows.push(columns.map(([, show]) => show(slice)))
  return [
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `${sessions.sessions} whole sessions: AUC ${sessions.auc.toFixed(3)} (genuine against misuse)`,
    `genuine: worst shares of turns judged non-coding ${sessions.worstGenuine.map((share) => percent(share, 0)).join(', ')};` +
      ` half or more: ${sessions.genuineAtHalf}`,
    `misuse: median share of turns judged non-coding ${percent(sessions.misuseMedian, 0)}`,
    `text model over all left-out rows: AUC ${text.float.toFixed(4)} in floats, ${text.eightBits.toFixed(4)} in 8 bits`,
  ].join('\n')
}

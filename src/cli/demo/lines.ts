import type { Decision } from '../decisions.ts'
import { type DemoMinute, restricted } from './run.ts'
import { number, shortTime } from './text.ts'
import { LABEL_NAMES, LABELS, type LabelCounts, sum } from './traffic.ts'

const HOUR = 3_600_000

/** What a minute is worth telling without a terminal: a line for each decision, and one for the traffic of every whole hour. */
export function demoLines(
  { at, accounts }: DemoMinute,
  decisions: readonly Decision[],
  lastHour: LabelCounts,
): string[] {
  const lines = decisions.map((one) => `${shortTime(one.at)}  ${one.sentence}`)
  if (at % HOUR !== 0) return lines
  const labels = LABELS.map((label) => `${number(lastHour[label])} ${LABEL_NAMES[label]}`).join(', ')
  const requests = `${number(sum(lastHour))} requests in the last hour: ${labels}`
  return [...lines, `${shortTime(at)}  ${requests}; accounts under a restriction: ${restricted(accounts).length}`]
}

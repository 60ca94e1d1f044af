import type { Decision } from '../../decisions.ts'
import type { Played } from '../play.ts'
import { number, shortTime } from './text.ts'
import { LABEL_NAMES, LABELS, type LabelCounts, sum } from './traffic.ts'

const HOUR = 3_600_000

/** What a stretch is worth telling without a terminal: a line for each decision, and one for the traffic of every whole hour. */
export function demoLines(
  { at, restricted }: Pick<Played, 'at' | 'restricted'>,
  decisions: readonly Decision[],
  lastHour: LabelCounts,
): string[] {
  const lines = decisions.map(decisionLine)
  if (at % HOUR !== 0) return lines
  const labels = LABELS.map((label) => `${number(lastHour[label])} ${LABEL_NAMES[label]}`).join(', ')
  const requests = `${number(sum(lastHour))} requests in the last hour: ${labels}`
  return [...lines, `${shortTime(at)}  ${requests}; accounts under a restriction: ${restricted.length}`]
}

export const decisionLine = ({ at, sentence }: Decision): string => `${shortTime(at)}  ${sentence}`

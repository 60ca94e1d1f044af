import type { Simulation } from '../../../simulate/simulate.ts'
import type { Decision } from '../../decisions.ts'
import { number, shortTime, wrap } from './text.ts'
import { type DemoTraffic, LABEL_NAMES, LABELS, sum } from './traffic.ts'

/** How it ended: who was what, and what became of the restricted ones. */
export function demoEnding(
  { accounts, hours }: Omit<Simulation, 'seed'>,
  traffic: DemoTraffic,
  decisions: readonly Decision[],
  columns: number,
): string {
  const cast = [...accounts]
  const byAccount = Map.groupBy(decisions, ({ accountId }) => accountId)
  const labels = LABELS.map((label) => `${number(traffic.total[label])} ${LABEL_NAMES[label]}`).join(', ')
  const restricted = cast.filter(({ accountId }) => byAccount.has(accountId))
  const others = cast.filter(({ accountId }) => !byAccount.has(accountId))
  const told = restricted.flatMap(({ accountId, persona }) => [
    ...wrap(`${accountId} ${persona.description}:`, columns, 2),
    ...wrap(`  ${path(byAccount.get(accountId)!)}`, columns, 4),
  ])
  return [
    ...wrap(
      `${hours} simulated hours, ${cast.length} accounts, ${number(sum(traffic.total))} requests: ${labels}.`,
      columns,
      2,
    ),
    ...told,
    `The other ${others.length} accounts were left alone:`,
    ...new Set(others.map(({ persona }) => `  ${persona.description}`)),
  ].join('\n')
}

/** `Mon 08:11 throttled, Mon 09:35 suspended` */
const path = (decisions: readonly Decision[]): string =>
  decisions.map(({ at, kind }) => `${shortTime(at)} ${kind}`).join(', ')

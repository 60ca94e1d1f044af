import { CANARY_KIND, type Row } from '../data.ts'
import { categoryOf, type GroupReport, groupsOf, sourceOf } from './groups.ts'
import type { Judged } from './judge.ts'
import { type SessionReport, sessionReport } from './sessions.ts'
import type { Slice } from './slice.ts'
import { slicesOf } from './slices.ts'

/** Figures over rows that no judge of theirs had seen. */
export interface Report {
  slices: Slice[]
  /** the repositories, and what rows are about */
  groups: GroupReport[]
  sessions: Record<string, SessionReport>
}

/** A set of rows that is reported on its own. */
type NamedSet = readonly [name: string, judged: readonly Judged[]]

/** Figures over the shared rows, and apart over those of our own and over the canary. */
export function evaluate(judged: readonly Judged[]): Report {
  const isCanary = ({ row }: Judged) => row.kind === CANARY_KIND
  const rest = judged.filter((one) => !isCanary(one))
  const of = (from: Row['from'], own: boolean) => rest.filter(({ row }) => row.from === from && row.own === own)
  return reportOn([
    ['sources', of('train', false)],
    ['written', of('written', false)],
    ['session turns', of('session', false)],
    ['written, our own', of('written', true)],
    ['session turns, our own', of('session', true)],
    ['canary', judged.filter((one) => isCanary(one) && one.turn === 0)],
    ['canary sessions', judged.filter((one) => isCanary(one) && one.turn > 0)],
  ])
}

/** Figures over the hand-written cases. */
export function evaluateCases(judged: readonly Judged[]): Report {
  const of = (from: Row['from']) => judged.filter(({ row }) => row.from === from)
  return reportOn([
    ['cases', of('written')],
    ['case sessions', of('session')],
  ])
}

function reportOn(sets: readonly NamedSet[]): Report {
  const isOf = (from: Row['from']) => sets.filter(([, judged]) => judged[0]?.row.from === from)
  return {
    slices: sets.flatMap(([name, judged]) => slicesOf(name, judged)),
    groups: [
      ...isOf('train').flatMap(([, judged]) => groupsOf('source', judged, sourceOf)),
      ...sets.flatMap(([name, judged]) => groupsOf(name, judged, categoryOf)),
    ],
    sessions: Object.fromEntries(isOf('session').map(([name, judged]) => [name, sessionReport(name, judged)])),
  }
}

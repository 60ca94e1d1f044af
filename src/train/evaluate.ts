import type { Row } from './data.ts'
import type { Judged } from './judge.ts'
import { auc, type Case, calibrationError, falseAlarmsAt } from './metrics.ts'

/** One line of the report: how a slice of the left-out rows was judged. Shares are 0 to 1, NaN where undefined. */
export interface Slice {
  name: string
  rows: number
  auc: number
  /** share of coding judged non_coding, of non-coding judged non_coding, of all judged unsure */
  falseAlarms: number
  recall: number
  unsure: number
  /** share of coding that would be called non-coding where three quarters of the non-coding are found */
  falseAlarmsAt75: number
  calibrationError: number
}

export interface SessionReport {
  sessions: number
  /** AUC of the mean probability of a session, genuine against misuse */
  auc: number
  /** the greatest shares of turns judged non_coding in genuine sessions, greatest first */
  worstGenuine: number[]
  genuineAtHalf: number
  misuseMedian: number
}

export interface Report {
  slices: Slice[]
  sessions: SessionReport
  /** AUC of the raw text logit over all left-out rows */
  text: { float: number; eightBits: number }
}

/** Figures over rows that were judged by models which had not seen their source, pair or session. */
export function evaluate(judged: readonly Judged[]): Report {
  const of = (from: Row['from'], own = false) => judged.filter(({ row }) => row.from === from && row.own === own)
  const [train, written, session] = [of('train'), of('written'), of('session')]
  const languages = (name: string, rows: readonly Judged[]) =>
    ['en', 'zh', 'other'].map((lang) =>
      slice(
        `${name}, ${lang}`,
        rows.filter(({ row }) => lang === (/^(en|zh)$/.test(row.lang) ? row.lang : 'other')),
      ),
    )
  const slices = [
    slice('sources', train),
    ...languages('sources', train),
    slice('written', written),
    ...languages('written', written),
    slice(
      'written, tool results',
      written.filter(({ row }) => row.role === 'tool'),
    ),
    slice('session turns', session),
    slice(
      'session turns by text alone',
      session.map((one) => ({ ...one, nonCoding: one.alone, label: one.aloneLabel })),
    ),
    ...languages('session turns', session),
    slice(
      'session turns, user',
      session.filter(({ row }) => row.role === 'user'),
    ),
    slice(
      'session turns, tool results',
      session.filter(({ row }) => row.role === 'tool'),
    ),
    slice(
      'session turns that need context',
      session.filter(({ row }) => row.needsContext),
    ),
    slice('written, our own', of('written', true)),
    slice('session turns, our own', of('session', true)),
    ...languages('session turns, our own', of('session', true)),
  ]
  const raw = (key: 'float' | 'eight') =>
    auc(judged.map((one) => ({ score: one[key], target: one.row.target, weight: 1 })))
  return { slices, sessions: sessionReport(session), text: { float: raw('float'), eightBits: raw('eight') } }
}

/** Groups (sources, sessions) weigh equally, so that a large templated one does not hide the rest. */
function slice(name: string, judged: readonly Judged[]): Slice {
  const sizes = new Map<string, number>()
  const key = ({ row }: Judged) => (row.from === 'session' ? row.group : `${row.group} ${row.target}`)
  for (const one of judged) sizes.set(key(one), (sizes.get(key(one)) ?? 0) + 1)
  const cases = judged.map((one) => ({
    ...{ score: one.nonCoding, target: one.row.target, label: one.label },
    // a group of fewer than 30 rows of a label counts as its rows do: an average over two rows is chance
    weight: one.row.from === 'written' ? 1 : 1 / Math.max(sizes.get(key(one))!, one.row.from === 'train' ? 30 : 4),
  }))
  const share = (test: (c: (typeof cases)[number]) => boolean, among: (c: Case) => boolean) => {
    const kept = cases.filter(among)
    const sum = (list: readonly Case[]) => list.reduce((total, { weight }) => total + weight, 0)
    return sum(kept.filter(test)) / sum(kept)
  }
  const flagged = (c: (typeof cases)[number]) => c.label === 'non_coding'
  return {
    name,
    rows: judged.length,
    auc: auc(cases),
    falseAlarms: share(flagged, ({ target }) => target === 0),
    recall: share(flagged, ({ target }) => target === 1),
    unsure: share(
      ({ label }) => label === 'unsure',
      () => true,
    ),
    falseAlarmsAt75: falseAlarmsAt(cases, 0.75),
    calibrationError: calibrationError(cases),
  }
}

function sessionReport(judged: readonly Judged[]): SessionReport {
  const sessions = new Map<string, Judged[]>()
  for (const one of judged) sessions.set(one.row.group, [...(sessions.get(one.row.group) ?? []), one])
  const all = [...sessions.values()].map((turns) => ({
    genuine: turns[0]!.row.genuine,
    share: turns.filter(({ label }) => label === 'non_coding').length / turns.length,
    mean: turns.reduce((sum, { nonCoding }) => sum + nonCoding, 0) / turns.length,
  }))
  const shares = (genuine: boolean) =>
    all
      .filter((one) => one.genuine === genuine)
      .map(({ share }) => share)
      .sort((a, b) => b - a)
  const misuse = shares(false)
  return {
    sessions: all.length,
    auc: auc(all.map(({ mean, genuine }) => ({ score: mean, target: genuine ? 0 : 1, weight: 1 }))),
    worstGenuine: shares(true).slice(0, 8),
    genuineAtHalf: shares(true).filter((share) => share >= 0.5).length,
    misuseMedian: misuse[Math.floor(misuse.length / 2)] ?? Number.NaN,
  }
}

import type { Row } from '../data.ts'
import type { Judged } from './judge.ts'
import { auc } from './metrics.ts'

/** What a session is: `mixed` is misuse with work on code in between. */
export type SessionKind = 'genuine' | 'misuse' | 'mixed'

/** How the sessions of one kind were judged. A session's share is that of its turns judged non_coding, which is what a rule sees. */
export interface SessionKindReport {
  name: string
  sessions: number
  mean: number
  median: number
  least: number
  most: number
  /** sessions whose share is a fifth, or half, or more */
  atFifth: number
  atHalf: number
  /** of the same sessions: share of their coding turns judged non_coding, and of their others */
  falseAlarms: number
  recall: number
}

export interface SessionReport {
  kinds: SessionKindReport[]
  /** AUC of the mean probability of a session: genuine against all others, and against the mixed ones */
  auc: { all: number; mixed: number }
}

interface Session {
  kind: SessionKind
  share: number
  mean: number
  falseAlarms: number
  recall: number
}

/** Misuse in which at least a tenth of the turns are coding is mixed, where nobody has said what it is. */
const MIXED = 0.1

/** Measures whole sessions; each counts the same. */
export function sessionReport(set: string, judged: readonly Judged[]): SessionReport {
  const groups = Map.groupBy(judged, ({ row }) => row.group)
  const sessions = [...groups.values()].map(sessionOf)
  const cases = (kinds: readonly SessionKind[]) =>
    sessions
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ kind, mean }) => ({ score: mean, target: kind === 'genuine' ? (0 as const) : (1 as const), weight: 1 }))
  const kinds = (['genuine', 'misuse', 'mixed'] as const).flatMap((kind) => {
    const own = sessions.filter((one) => one.kind === kind)
    return own.length === 0 ? [] : [kindReport(`${set}, ${kind}`, own)]
  })
  return { kinds, auc: { all: auc(cases(['genuine', 'misuse', 'mixed'])), mixed: auc(cases(['genuine', 'mixed'])) } }
}

function sessionOf(turns: readonly Judged[]): Session {
  const flagged = (some: readonly Judged[]) =>
    some.filter(({ verdict }) => verdict.label === 'non_coding').length / some.length
  const coding = turns.filter(({ row }) => row.target === 0)
  const others = turns.filter(({ row }) => row.target === 1)
  return {
    kind: kindOf(turns[0]!.row, coding.length / turns.length),
    share: flagged(turns),
    mean: turns.reduce((sum, { verdict }) => sum + verdict.nonCoding, 0) / turns.length,
    falseAlarms: flagged(coding),
    recall: flagged(others),
  }
}

function kindOf({ kind, genuine }: Row, codingShare: number): SessionKind {
  if (genuine) return 'genuine'
  if (kind === 'misuse' || kind === 'mixed') return kind
  return codingShare >= MIXED ? 'mixed' : 'misuse'
}

function kindReport(name: string, sessions: readonly Session[]): SessionKindReport {
  const shares = sessions.map(({ share }) => share).sort((a, b) => a - b)
  return {
    name,
    sessions: sessions.length,
    mean: meanOf(shares),
    median: shares[Math.floor(shares.length / 2)]!,
    least: shares[0]!,
    most: shares.at(-1)!,
    atFifth: shares.filter((share) => share >= 0.2).length,
    atHalf: shares.filter((share) => share >= 0.5).length,
    falseAlarms: meanOf(sessions.map((one) => one.falseAlarms)),
    recall: meanOf(sessions.map((one) => one.recall)),
  }
}

/** Of the numbers among them. */
function meanOf(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value))
  return known.reduce((sum, value) => sum + value, 0) / known.length
}

import { fingerprint } from '../classify/fingerprint.ts'
import { clip, sigmoid } from '../classify/logit.ts'
import {
  advance,
  find,
  initialSessions,
  markOf,
  recall,
  remember,
  type SessionMemory,
  unseen,
} from '../classify/memory.ts'
import type { Parameters } from '../classify/model.ts'
import { SCORE_LIMIT } from '../classify/score.ts'
import { featuresOf, LINEAR, linearShares, sessionFeatures, sharesOf } from '../classify/session.ts'
import { boost } from './boost.ts'
import type { Row } from './data.ts'
import { fitLogistic } from './logistic.ts'

/** Ridge penalty on the session weights, in units of turns. */
const RIDGE = 2

type Feature = (typeof sessionFeatures)[number]
const at = (...names: Feature[]) => names.map((name) => sessionFeatures.indexOf(name))

/** Trees that correct the logistic regression; more of what speaks for non-coding never speaks against it. */
const trees = {
  ...{ trees: 100, depth: 3, rate: 0.06, ridge: 5, least: 20 },
  asks: [
    ...at('logit × evidence', 'user mean', 'tool mean', 'session mean', 'user weight', 'tool weight', 'turns'),
    ...at('last', 'first', 'logit', 'evidence', 'tool result', 'recent mean'),
    ...at('clear non-coding turns', 'clear coding turns, negative'),
  ],
  rising: [
    ...at('logit × evidence', 'user mean', 'tool mean', 'session mean', 'last', 'first', 'logit', 'recent mean'),
    ...at('clear non-coding turns', 'clear coding turns, negative'),
  ],
}

/** A turn as the session model sees it. */
export interface Turn {
  row: number
  features: Float64Array
  /** evidence of the turn and of what its session remembers, together */
  known: number
}

/** Plays the sessions turn by turn through the memory of the classifier, given every row's own logit and evidence. */
export function playSessions(rows: readonly Row[], logits: ArrayLike<number>, evidence: ArrayLike<number>): Turn[] {
  const turns: Turn[] = []
  const memories = new Map<string, SessionMemory>()
  rows.forEach(({ session, role, text }, i) => {
    if (session === undefined) return
    const memory = memories.get(session) ?? initialSessions
    const id = [1, 1] as const
    const offset = find(memory, id)
    const before = offset === -1 ? unseen : recall(memory, offset)
    const own = logits[i]!
    const features = featuresOf(clip(own, SCORE_LIMIT), evidence[i]!, role === 'tool', before).slice()
    turns.push({ row: i, features, known: evidence[i]! + before.slowWeight })
    const seen = { logit: own, evidence: evidence[i]!, tool: role === 'tool', at: i, mark: markOf(fingerprint(text)) }
    memories.set(session, remember(memory, id, offset, advance(before, seen)))
  })
  return turns
}

/** One set of weights for user turns, one for tool results, and trees for both; a turn counts by `weights`. */
export function fitSession(
  rows: readonly Row[],
  turns: readonly Turn[],
  weights: ArrayLike<number>,
): Parameters['session'] {
  const used = turns.filter(({ row }) => weights[row]! > 0)
  const observed = (some: readonly Turn[]) =>
    some.map(({ row, features }) => ({
      features: features.subarray(0, LINEAR),
      ...{ target: rows[row]!.target, weight: weights[row]! },
    }))
  const of = (role: Row['role']) => fitLogistic(observed(used.filter(({ row }) => rows[row]!.role === role)), RIDGE)
  const linear = { user: of('user'), tool: of('tool') }
  const observations = used.map(({ row, features }) => {
    const [mine, past] = linearShares(features, linear[rows[row]!.role])
    return { features, target: rows[row]!.target, weight: weights[row]!, offset: mine + past }
  })
  return { ...linear, trees: boost(observations, trees) }
}

/** The probability that a turn is non-coding, its session included. */
export function sessionProbability(
  rows: readonly Row[],
  { row, features }: Turn,
  session: Parameters['session'],
): number {
  const [mine, past] = sharesOf(features, rows[row]!.role === 'tool', session)
  return sigmoid(mine + past)
}

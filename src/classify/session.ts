import { clip } from './logit.ts'
import type { Remembered } from './memory.ts'
import type { Parameters } from './model.ts'
import { sumOfTrees } from './trees.ts'

/**
 * The numbers that the session model reads. The first thirteen are those of a logistic regression with one set of weights for
 * user turns and one for tool results; boosted trees, which read most of them and the others, correct its logit.
 */
export const sessionFeatures = [
  ...['constant', 'logit × evidence'],
  ...['user mean', 'tool mean', 'session mean', 'user weight', 'tool weight', 'turns', 'last', 'first'],
  ...['session mean × missing evidence', 'recent mean × missing evidence', 'user mean × tool mean'],
  ...['logit', 'evidence', 'tool result', 'recent mean', 'clear non-coding turns', 'clear coding turns, negative'],
] as const

/** The index of the one feature that the turn itself brings; all others are the session's. */
const OWN = 1

/** The linear part of what a session remembers moves a turn's logit by so much at most, so that clear turns can speak for themselves. */
const SESSION_LIMIT = 3

/** Means are shrunk towards 0 (undecided) as if this much evidence of nothing had come first. */
const PRIOR = 0.5

/** How many of the features are those of the logistic regression. */
export const LINEAR = 13

const values = new Float64Array(sessionFeatures.length)

/** Fills a scratch, valid until the next call, with the features of a turn of `logit` and `evidence` in its session. */
export function featuresOf(logit: number, evidence: number, tool: boolean, before: Remembered): Float64Array {
  const user = before.userSum / (before.userWeight + PRIOR)
  const tools = before.toolSum / (before.toolWeight + PRIOR)
  const recent = (before.userSum + before.toolSum) / (before.userWeight + before.toolWeight + PRIOR)
  const slow = before.slowSum / (before.slowWeight + PRIOR)
  values[0] = 1
  values[1] = logit * evidence
  values[2] = user
  values[3] = tools
  values[4] = slow
  values[5] = Math.log1p(before.userWeight)
  values[6] = Math.log1p(before.toolWeight)
  values[7] = Math.log1p(Math.min(before.turns, 40))
  values[8] = before.last
  values[9] = before.first
  values[10] = slow * (1 - evidence)
  values[11] = recent * (1 - evidence)
  values[12] = (user * tools) / 4
  values[13] = logit
  values[14] = evidence
  values[15] = tool ? 1 : 0
  values[16] = recent
  values[17] = before.clearNonCoding
  values[18] = -before.clearCoding
  return values
}

/** The logit of a turn in two shares: the turn's own, and that of its session so far, the constant and the trees included. */
export function sharesOf(
  values: ArrayLike<number>,
  tool: boolean,
  session: Parameters['session'],
): [mine: number, past: number] {
  const [mine, past] = linearShares(values, tool ? session.tool : session.user)
  return [mine, past + sumOfTrees(session.trees, values)]
}

/** The two shares before the trees. */
export function linearShares(values: ArrayLike<number>, weights: readonly number[]): [mine: number, past: number] {
  let past = 0
  for (let i = 0; i < weights.length; i++) if (i !== OWN) past += weights[i]! * values[i]!
  return [weights[OWN]! * values[OWN]!, clip(past, SESSION_LIMIT)]
}

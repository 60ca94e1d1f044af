import { clip } from './logit.ts'
import type { Remembered } from './memory.ts'

/**
 * The numbers that the session model reads: first the constant and those of this turn, then those of the turns before.
 * The model is a logistic regression with one set of weights for user turns and one for tool results.
 */
export const sessionFeatures = [
  ...['constant', 'logit × evidence'],
  ...['user mean', 'tool mean', 'session mean', 'user weight', 'tool weight', 'turns', 'last', 'first'],
  ...['session mean × missing evidence', 'recent mean × missing evidence', 'user mean × tool mean'],
] as const

/** The index of the one feature that the turn itself brings; all others are the session's. */
const OWN = 1

/** All that a session remembers may move a turn's logit by so much at most, so that clear turns can speak for themselves. */
const SESSION_LIMIT = 3

/** Means are shrunk towards 0 (undecided) as if this much evidence of nothing had come first. */
const PRIOR = 0.5

const values = new Float64Array(sessionFeatures.length)

/** Fills a scratch, valid until the next call, with the features of a turn of `logit` and `evidence` in its session. */
export function featuresOf(logit: number, evidence: number, before: Remembered): Float64Array {
  const user = before.userSum / (before.userWeight + PRIOR)
  const tool = before.toolSum / (before.toolWeight + PRIOR)
  const recent = (before.userSum + before.toolSum) / (before.userWeight + before.toolWeight + PRIOR)
  const slow = before.slowSum / (before.slowWeight + PRIOR)
  values[0] = 1
  values[1] = logit * evidence
  values[2] = user
  values[3] = tool
  values[4] = slow
  values[5] = Math.log1p(before.userWeight)
  values[6] = Math.log1p(before.toolWeight)
  values[7] = Math.log1p(Math.min(before.turns, 40))
  values[8] = before.last
  values[9] = before.first
  values[10] = slow * (1 - evidence)
  values[11] = recent * (1 - evidence)
  values[12] = (user * tool) / 4
  return values
}

/** The logit of a turn in two shares: the turn's own, and that of its session so far, the constant included. */
export function sharesOf(values: ArrayLike<number>, weights: readonly number[]): [mine: number, past: number] {
  let past = 0
  for (let i = 0; i < weights.length; i++) if (i !== OWN) past += weights[i]! * values[i]!
  return [weights[OWN]! * values[OWN]!, clip(past, SESSION_LIMIT)]
}

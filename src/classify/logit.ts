/** The probability of a logit. */
export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit))

/** The logit of a probability, between ±`limit`. */
export function logitOf(probability: number, limit: number): number {
  return clip(Math.log(probability / (1 - probability)), limit)
}

/** A number between ±`limit`; not a number becomes 0. */
export function clip(value: number, limit: number): number {
  return Number.isNaN(value) ? 0 : Math.min(limit, Math.max(-limit, value))
}

/**
 * Boosted trees, all complete and of one depth, so that a tree is a fixed number of questions and answers and reading it
 * needs no pointers: behind question i of a tree come 2i + 1 (no) and 2i + 2 (yes), behind its last level the answers.
 */
export interface Trees {
  depth: number
  /** per question the index of the feature that it asks for, 2^depth - 1 a tree */
  features: readonly number[]
  /** per question the bound that the feature must exceed for a yes */
  bounds: readonly number[]
  /** 2^depth a tree */
  answers: readonly number[]
}

/** The sum of what all trees answer. */
export function sumOfTrees({ depth, features, bounds, answers }: Trees, values: ArrayLike<number>): number {
  const questions = (1 << depth) - 1
  let sum = 0
  for (let first = 0, answer = 0; first < features.length; first += questions, answer += questions + 1) {
    let i = 0
    for (let level = 0; level < depth; level++) i = 2 * i + (values[features[first + i]!]! > bounds[first + i]! ? 2 : 1)
    sum += answers[answer + i - questions]!
  }
  return sum
}

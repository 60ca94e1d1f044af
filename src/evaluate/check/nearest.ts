import leven from 'leven'

/** `; did you mean "x"?` if one of the known words is near enough to be meant, otherwise nothing. */
export function nearest(word: string, known: readonly string[]): string {
  const [best] = known
    .map((name) => ({ name, distance: leven(word.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  return best && best.distance <= Math.max(2, word.length / 3) ? `; did you mean "${best.name}"?` : ''
}

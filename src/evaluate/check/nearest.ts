import leven from 'leven'

/** The known word that is near enough to be meant, if any. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((name) => ({ name, distance: leven(word.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const isNear = best && best.distance <= Math.max(2, word.length / 3) && best.distance < word.length
  return isNear ? best.name : undefined
}

/** `; did you mean "x"?` if one of the known words is near enough to be meant, otherwise nothing. */
export function nearest(word: string, known: readonly string[]): string {
  const meant = nearestWord(word, known)
  return meant === undefined ? '' : `; did you mean "${meant}"?`
}

/** A record that could not be taken, where it lies in the topic of requests. */
export interface Letter {
  partition: number
  offset: number
  key: Buffer | null
  value: Buffer | null
}

/** Pieces of garbage that are no dead letter, and dead letters that are no garbage. `isRepeated`: whether one may come more than once. */
export function letterFindings(
  where: string,
  garbage: readonly Letter[],
  letters: readonly Letter[],
  isRepeated = false,
): string[] {
  const found = Map.groupBy(letters, placeOf)
  const lost = garbage.flatMap((piece) => {
    const own = found.get(placeOf(piece)) ?? []
    if (own.length === 0) return [`${where}: the garbage at ${placeOf(piece)} is missing`]
    if (own.length > 1 && !isRepeated) return [`${where}: the garbage at ${placeOf(piece)} came ${own.length} times`]
    return own.every((one) => isSame(one, piece)) ? [] : [`${where}: the garbage at ${placeOf(piece)} has other bytes`]
  })
  const known = new Set(garbage.map(placeOf))
  const more = [...found.keys()].filter((place) => !known.has(place))
  return [...lost, ...more.map((place) => `${where}: the record at ${place} is no garbage`)]
}

const placeOf = ({ partition, offset }: Letter) => `${partition}/${offset}`

const isSame = (one: Letter, other: Letter): boolean => areEqual(one.key, other.key) && areEqual(one.value, other.value)

const areEqual = (one: Buffer | null, other: Buffer | null): boolean =>
  one === null || other === null ? one === other : one.equals(other)

/** A stream of numbers in [0, 1). */
export type Random = () => number

/** From and to. */
export type Range = readonly [number, number]

/** Seeded by a text, so that everyone has chances of his own whoever else takes part: FNV-1a, then mulberry32. */
export function random(seed: string): Random {
  let state = 0x811c9dc5
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A number of the range; the lower end is the likelier one, as with pauses and lengths of people. */
export const between = (next: Random, [from, to]: Range): number => from + (to - from) * next() ** 2

/** A whole number of the range, both ends included. */
export const whole = (next: Random, [from, to]: Range): number => from + Math.floor(next() ** 2 * (to - from + 1))

export const pick = <T>(next: Random, items: readonly T[]): T => items[Math.floor(next() * items.length)]!

/** One of the keys, each as likely as its weight says. */
export function weighted<K extends string>(next: Random, weights: { readonly [key in K]?: number }): K {
  const entries = Object.entries(weights) as [K, number][]
  let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [key, weight] of entries) {
    left -= weight
    if (left < 0) return key
  }
  return entries.at(-1)![0]
}

/** Hexadecimal digits, for ids. */
export const hex = (next: Random): string =>
  Math.floor(next() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0')

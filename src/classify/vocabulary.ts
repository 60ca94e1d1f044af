/**
 * A set of known terms with a weight each, packed into a table of 8-bit integers: slots of four bytes, the weight and 24
 * bits of the term's hash, found by linear probing. An unknown term finds nothing and weighs 0, whatever it collides with.
 */
const SLOT = 4
const CHECK = 0xffffff

/** How many terms a table of so many bytes holds at most, so that every search soon ends at an empty slot. */
export const mostTerms = (bytes: number): number => bytes / SLOT / 2

/** The weight of a term by its 32-bit hash, 0 for an unknown one. `table` is as long as a power of two. */
export function weightOf(table: Int8Array, hash: number): number {
  const check = checkOf(hash)
  const mask = table.length / SLOT - 1
  for (let slot = hash >>> 16; ; slot++) {
    const at = (slot & mask) * SLOT
    const found = checkAt(table, at)
    if (found === check) return table[at]!
    if (found === 0) return 0
  }
}

/** Puts a term into a table that does not hold it yet. */
export function addTerm(table: Int8Array, hash: number, weight: number): void {
  const mask = table.length / SLOT - 1
  let slot = hash >>> 16
  while (checkAt(table, (slot & mask) * SLOT) !== 0) slot++
  const at = (slot & mask) * SLOT
  const check = checkOf(hash)
  table.set([weight, check, check >> 8, check >> 16], at)
}

/** Never 0, which marks an empty slot. */
const checkOf = (hash: number) => hash & CHECK || 1

const checkAt = (table: Int8Array, at: number) =>
  (table[at + 1]! & 0xff) | ((table[at + 2]! & 0xff) << 8) | ((table[at + 3]! & 0xff) << 16)

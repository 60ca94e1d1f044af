/** log(1 + n): the weight of a term that occurs n times. */
export const logCount: Float64Array = Float64Array.from({ length: 1025 }, (_, n) => Math.log1p(n))

const COUNT_BITS = 11
const COUNT_MASK = (1 << COUNT_BITS) - 1
const MOST = 1024

/**
 * Counts how often each table index occurs in one text: `begin`, `add` as often as needed, `finish`; then the first `size` of
 * `terms` and `counts` hold them, in the order in which they first occurred. It owns preallocated slots (open addressing,
 * linear probing), so that counting allocates nothing. Of the slots at most half are used.
 */
export class TermCounter {
  /** The table indices that occurred. */
  readonly terms: Uint32Array
  /** How often each occurred, at most 1,024. */
  readonly counts: Uint16Array
  size = 0
  /** Per slot: the index plus 1 above the count, or 0 where the slot is free. One word, so that a term costs one place in memory. */
  readonly #slots: Uint32Array
  readonly #used: Uint16Array
  readonly #shift: number

  constructor(slotBits: number) {
    const most = 1 << (slotBits - 1)
    this.terms = new Uint32Array(most)
    this.counts = new Uint16Array(most)
    this.#slots = new Uint32Array(1 << slotBits)
    this.#used = new Uint16Array(most + 1)
    this.#shift = 32 - slotBits
  }

  begin(): void {
    this.size = 0
  }

  /** Counts the first `n` of the indices (below 2^20 + 1); terms beyond the capacity are dropped. */
  add(indices: Uint32Array, n: number): void {
    const slots = this.#slots
    const used = this.#used
    const shift = this.#shift
    const mask = slots.length - 1
    const most = slots.length >>> 1
    let size = this.size
    for (let i = 0; i < n; i++) {
      const key = indices[i]! + 1
      let slot = Math.imul(key, 0x9e3779b1) >>> shift
      let found = slots[slot]!
      while (found !== 0 && found >>> COUNT_BITS !== key) {
        slot = (slot + 1) & mask
        found = slots[slot]!
      }
      if (found !== 0) {
        if ((found & COUNT_MASK) < MOST) slots[slot] = found + 1
      } else if (size < most) {
        slots[slot] = ((key << COUNT_BITS) | 1) >>> 0
        used[size++] = slot
      }
    }
    this.size = size
  }

  /** Lays out what was counted and frees the slots for the next text. */
  finish(): void {
    const slots = this.#slots
    const used = this.#used
    const { terms, counts, size } = this
    for (let i = 0; i < size; i++) {
      const entry = slots[used[i]!]!
      terms[i] = (entry >>> COUNT_BITS) - 1
      counts[i] = entry & COUNT_MASK
      slots[used[i]!] = 0
    }
  }

  /** Euclidean length of the vector of log counts; 1 for an empty one. */
  norm(): number {
    let square = 0
    for (let i = 0; i < this.size; i++) square += logCount[this.counts[i]!]! ** 2
    return square > 0 ? Math.sqrt(square) : 1
  }
}

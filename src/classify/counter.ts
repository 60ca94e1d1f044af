/** log(1 + n): the weight of a term that occurs n times. */
export const logCount: Float64Array = Float64Array.from({ length: 1025 }, (_, n) => Math.log1p(n))

/**
 * Counts how often each table index occurs in one text. It owns preallocated slots (open addressing, linear probing), so
 * that counting allocates nothing; `clear` starts the next text. Of the slots at most half are used.
 */
export class TermCounter {
  /** the slots in use, in the order in which their terms first occurred; the first `size` count */
  readonly used: Uint16Array
  size = 0
  /** per slot: the table index plus 1, or 0 where the slot is free */
  readonly keys: Uint32Array
  /** per slot: how often the term occurred */
  readonly counts: Uint16Array
  readonly #shift: number

  constructor(slotBits: number) {
    this.used = new Uint16Array((1 << (slotBits - 1)) + 1)
    this.keys = new Uint32Array(1 << slotBits)
    this.counts = new Uint16Array(1 << slotBits)
    this.#shift = 32 - slotBits
  }

  clear(): void {
    const { used, keys, counts, size } = this
    for (let i = 0; i < size; i++) {
      keys[used[i]!] = 0
      counts[used[i]!] = 0
    }
    this.size = 0
  }

  /** Counts the first `n` of the indices; terms beyond the capacity are dropped, counts saturate at 1,024. */
  add(indices: Uint32Array, n: number): void {
    const { used, keys, counts } = this
    const shift = this.#shift
    const mask = keys.length - 1
    const most = keys.length >>> 1
    let size = this.size
    for (let i = 0; i < n; i++) {
      const key = indices[i]! + 1
      let slot = Math.imul(key, 0x9e3779b1) >>> shift
      let found = keys[slot]!
      while (found !== 0 && found !== key) {
        slot = (slot + 1) & mask
        found = keys[slot]!
      }
      if (size === most && found === 0) continue
      used[size] = slot // without a branch: written always, kept only where the slot was free
      size += found === 0 ? 1 : 0
      keys[slot] = key
      const count = counts[slot]!
      counts[slot] = count + (count < 1024 ? 1 : 0)
    }
    this.size = size
  }

  /** Euclidean length of the vector of log counts; 1 for an empty one. */
  norm(): number {
    let square = 0
    for (let i = 0; i < this.size; i++) square += logCount[this.counts[this.used[i]!]!]! ** 2
    return square > 0 ? Math.sqrt(square) : 1
  }
}

/** How many bytes `pack` takes of so many words at the most. */
export const mostPacked = (words: number): number => 6 * words + 2

/**
 * Words of which most are zero or small, in few bytes: again and again how many zeros, how many other words, and those. All are
 * LEB128: seven bits a byte, the lowest first, the highest bit saying that more follow. Writes them at a place; returns the place
 * behind them.
 */
export function pack(words: Uint32Array, bytes: Uint8Array, place: number): number {
  const { length } = words
  let size = place
  for (let at = 0; at < length; ) {
    let from = at
    while (from < length && words[from] === 0) from++
    let to = from
    while (to < length && words[to] !== 0) to++
    size = put(bytes, put(bytes, size, from - at), to - from)
    for (let i = from; i < to; i++) size = put(bytes, size, words[i]!)
    at = to
  }
  return size
}

/** Writes a word at a place; returns the place behind it. */
function put(bytes: Uint8Array, at: number, word: number): number {
  let value = word
  let next = at
  for (; value > 0x7f; value >>>= 7) bytes[next++] = (value & 0x7f) | 0x80
  bytes[next++] = value
  return next
}

/** The inverse of `pack`, of the bytes from one place to another, for at most `most` words. */
export function unpack(bytes: Uint8Array, from: number, to: number, most: number): Uint32Array {
  const words = new Uint32Array(most)
  let length = 0
  let left = 0
  let zeros = true
  for (let at = from; at < to; ) {
    let byte = bytes[at++]!
    let value = byte & 0x7f
    for (let shift = 7; byte > 0x7f; shift += 7) {
      byte = bytes[at++]!
      value |= (byte & 0x7f) << shift
    }
    if (left > 0) {
      words[length++] = value
      left--
    } else if (zeros) {
      length += value
      zeros = false
    } else {
      left = value
      zeros = true
    }
  }
  return length === most ? words : words.slice(0, length)
}

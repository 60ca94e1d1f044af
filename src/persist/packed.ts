/** Where packing happens; what comes of it is copied out. */
let scratch = new Uint8Array(0)

/**
 * Words of which most are zero or small, in few bytes: again and again how many zeros, how many other words, and those. All are
 * LEB128: seven bits a byte, the lowest first, the highest bit saying that more follow.
 */
export function pack(words: Uint32Array): Uint8Array {
  if (scratch.length < 6 * words.length + 2) scratch = new Uint8Array(6 * words.length + 2)
  const bytes = scratch
  let size = 0
  const put = (value: number) => {
    for (; value > 0x7f; value >>>= 7) bytes[size++] = (value & 0x7f) | 0x80
    bytes[size++] = value
  }
  for (let at = 0; at < words.length; ) {
    const from = runEnd(words, at, true)
    const to = runEnd(words, from, false)
    put(from - at)
    put(to - from)
    for (let i = from; i < to; i++) put(words[i]!)
    at = to
  }
  return bytes.slice(0, size)
}

/** The inverse of `pack`, for at most `most` words. */
export function unpack(bytes: Uint8Array, most: number): Uint32Array {
  const words = new Uint32Array(most)
  let at = 0
  let length = 0
  const take = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
  }
  while (at < bytes.length) {
    length += take()
    for (let left = take(); left > 0; left--) words[length++] = take()
  }
  return length === most ? words : words.slice(0, length)
}

function runEnd(words: Uint32Array, from: number, isZero: boolean): number {
  let end = from
  while (end < words.length && (words[end] === 0) === isZero) end++
  return end
}

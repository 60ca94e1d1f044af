/*
 * Arrays as PostgreSQL takes them in binary: dimensions, whether there are nulls, the elements' type, length and lower bound; then each
 * element with its length before it, -1 for null. The driver writes arrays as text, in which every byte is two digits that have to be
 * read again on the other side; a Buffer it hands on as it is.
 */

const HEAD = 20
const BYTEA = 17
const BIGINT = 20
const TEXT = 25

/** bytea[]; a string has one character a byte. */
export function byteaArray(items: readonly (Uint8Array | string)[]): Buffer {
  const array = begin(
    BYTEA,
    items.length,
    items.reduce((size, { length }) => size + length, 0),
  )
  let at = HEAD
  for (const item of items) {
    at = array.writeInt32BE(item.length, at)
    if (typeof item === 'string') array.write(item, at, 'latin1')
    else array.set(item, at)
    at += item.length
  }
  return array
}

/** bigint[] of whole numbers up to 2^53. */
export function bigintArray(items: readonly (number | null)[]): Buffer {
  const nulls = items.reduce<number>((count, item) => (item === null ? count + 1 : count), 0)
  const array = begin(BIGINT, items.length, 8 * (items.length - nulls))
  let at = HEAD
  for (const item of items) {
    at = array.writeInt32BE(item === null ? -1 : 8, at)
    if (item === null) continue
    at = array.writeInt32BE(Math.floor(item / 2 ** 32), at)
    at = array.writeUInt32BE(item >>> 0, at)
  }
  return array
}

/** text[] */
export function textArray(items: readonly (string | null)[]): Buffer {
  const lengths = items.map((item) => (item === null ? -1 : Buffer.byteLength(item)))
  const array = begin(
    TEXT,
    items.length,
    lengths.reduce((size, length) => size + Math.max(0, length), 0),
  )
  let at = HEAD
  for (const [index, item] of items.entries()) {
    at = array.writeInt32BE(lengths[index]!, at)
    if (item !== null) at += array.write(item, at)
  }
  return array
}

function begin(type: number, count: number, bytes: number): Buffer {
  const array = Buffer.allocUnsafe(HEAD + 4 * count + bytes)
  const head = [1, 1, type, count, 1]
  for (const [index, word] of head.entries()) array.writeInt32BE(word, 4 * index)
  return array
}

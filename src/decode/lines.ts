import { LONGEST_LINE } from './json.ts'

const NEWLINE = 10

/**
 * The lines of a byte stream, without their line feed, however it is cut into chunks. Memory does not grow with the
 * stream: of a line that is too long only its first bytes are kept, one more than allowed, so that decode refuses it.
 */
export async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0)
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield rest.length === 0 ? chunk.subarray(start, end) : join(rest, chunk.subarray(start, end))
      rest = new Uint8Array(0)
      start = end + 1
    }
    if (start < chunk.length) rest = join(rest, chunk.subarray(start))
  }
  if (rest.length > 0) yield rest
}

function join(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const room = Math.max(0, Math.min(tail.length, LONGEST_LINE + 1 - head.length))
  const joined = new Uint8Array(head.length + room)
  joined.set(head)
  joined.set(tail.subarray(0, room), head.length)
  return joined
}

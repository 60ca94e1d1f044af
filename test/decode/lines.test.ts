import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LONGEST_LINE } from '../../src/decode/decode.ts'
import { lines } from '../../src/decode/lines.ts'

async function* chunks(bytes: Uint8Array, cuts: readonly number[]) {
  let start = 0
  for (const cut of [...new Set(cuts.map((one) => one % (bytes.length + 1)))].sort((a, b) => a - b)) {
    yield bytes.subarray(start, cut)
    start = cut
  }
  yield bytes.subarray(start)
}

async function read(bytes: Uint8Array, cuts: readonly number[]): Promise<string[]> {
  const found: string[] = []
  for await (const line of lines(chunks(bytes, cuts))) found.push(new TextDecoder().decode(line))
  return found
}

it('reads the same lines however the stream is cut into chunks', async () => {
  const text = fc.array(fc.constantFrom('a', '中', '\n', '\r', ' ', '😀')).map((parts) => parts.join(''))
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(1000)), async (content, cuts) => {
      const expected = content.split('\n')
      if (expected.at(-1) === '') expected.pop()
      expect(await read(new TextEncoder().encode(content), cuts)).toEqual(expected)
    }),
  )
})

it('keeps of a line without end only so much that decode refuses it', async () => {
  const long = new Uint8Array(3 * LONGEST_LINE).fill(97)
  const found = await read(long, [LONGEST_LINE - 5, LONGEST_LINE + 5, 2 * LONGEST_LINE])
  expect(found.map((line) => line.length)).toEqual([LONGEST_LINE + 1])
})

import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'

/** Names that mean something to JavaScript, and values that mean something to this service. */
const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'accountId', 'id', 'reason']
const WORDS = [
  'ada',
  'pro',
  'upheld',
  '__proto__',
  'constructor',
  '\0',
  '\ud800',
  '1e999',
  '-0',
  'null',
  '../..',
  "';--",
]

export const name: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 12 }))

export const word: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.string({ unit: 'binary', maxLength: 200 }),
)

/** Any value of JSON, most of them of the wrong type wherever they stand. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, '', -1, 0.5, 2 ** 53, 1e308, -0, [], {}),
  word,
  fc.integer(),
  fc.double(),
  fc.anything({ maxDepth: 3, maxKeys: 4, withNullPrototype: false, key: name }),
)

const NUMBERS = ['1e999', '-1e999', '9'.repeat(400), '0.'.padEnd(400, '3'), '1e-999', '-', '01', 'NaN', '0x10']
const FORMS = [
  (text: string) => text,
  (text: string) => `[${text}]`,
  (text: string) => `{"version":${text},"inFlight":${text}}`,
]

/** Bodies that no schema describes. */
export const bytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((raw) => Buffer.from(raw)),
  fc.integer({ min: 1, max: 30_000 }).map((depth) => Buffer.from('['.repeat(depth) + ']'.repeat(depth))),
  fc.integer({ min: 1, max: 10_000 }).map((depth) => Buffer.from('{"a":'.repeat(depth))),
  fc.tuple(fc.constantFrom(...NUMBERS), fc.constantFrom(...FORMS)).map(([text, form]) => Buffer.from(form(text))),
  fc
    .uint8Array({ minLength: 1, maxLength: 20 })
    .map((raw) => Buffer.concat([Buffer.from('{"reason":"'), raw, Buffer.from('"}')])),
  fc.constantFrom(...['', '\ufeff{}', '{"a":1,"a":2}', `"${'x'.repeat(70_000)}"`].map((text) => Buffer.from(text))),
)

const bombs = [1 << 20, 1 << 25].map((size) => gzipSync(Buffer.alloc(size, ' ')))

/** A few kilobytes that would be up to 32 MB once unpacked. */
export const bomb: fc.Arbitrary<Buffer> = fc.constantFrom(...bombs)

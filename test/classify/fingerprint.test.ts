import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fingerprint } from '../../src/classify/fingerprint.ts'
import { score } from '../../src/classify/score.ts'
import { shipped } from './shipped.ts'

it('is 16 hex digits for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => /^[0-9a-f]{16}$/.test(fingerprint(text))),
  )
})

it('does not see case, blanks or the width of letters', () => {
  expect(fingerprint('  Fix\tthe\r\n\n  LOGIN form ')).toBe(fingerprint('fix the login form'))
  expect(fingerprint('ＡＰＩ　文档')).toBe(fingerprint('api 文档'))
  expect(fingerprint('ÉTÉ à Köln')).toBe(fingerprint('été À KÖLN'))
})

it('tells different texts apart', () => {
  const texts = Array.from({ length: 20_000 }, (_, i) => `rename field ${i} of the order table`)
  expect(new Set(texts.map(fingerprint)).size).toBe(texts.length)
  expect(fingerprint('ab')).not.toBe(fingerprint('ba'))
  expect(fingerprint('')).not.toBe(fingerprint('a'))
})

it('reads the whole text, also what the score skips', () => {
  const long = 'y'.repeat(60_000)
  expect(fingerprint(`${long}a${long}`)).not.toBe(fingerprint(`${long}b${long}`))
})

it('is the one that a score carries', () => {
  expect(score({ text: 'Why does the build fail?' }, shipped).fingerprint).toBe(fingerprint('why does the build fail?'))
})

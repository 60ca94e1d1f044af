import { readdir, readFile, stat } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { readConfig, readKey } from '../../src/config.ts'
import { erasureKeyIn } from '../../src/persist/erasureKey.ts'
import { scratch } from '../support/scratch.ts'

const { at, write } = scratch()

it('is made once, for its owner alone, however many ask for it at a time', async () => {
  write('home/other', '')
  const keys = await Promise.all(Array.from({ length: 8 }, () => erasureKeyIn(at('home'))))
  for (const key of keys) expect(key.equals(keys[0]!)).toBe(true)
  expect(keys[0]!.symmetricKeySize).toBe(32)
  expect((await stat(at('home/erasure.key'))).mode & 0o777).toBe(0o600)
  expect(await readFile(at('home/erasure.key'), 'utf8')).toBe(`${keys[0]!.export().toString('hex')}\n`)
  expect(await readdir(at('home'))).toEqual(['erasure.key', 'other'])
  expect((await erasureKeyIn(at('home'))).equals(keys[0]!)).toBe(true)
})

it('that is damaged, or cannot be read, is not replaced', async () => {
  write('damaged/erasure.key', 'abc\n')
  await expect(erasureKeyIn(at('damaged'))).rejects.toMatchObject({ code: 'file_damaged' })
  expect(await readFile(at('damaged/erasure.key'), 'utf8')).toBe('abc\n')
  write('folder/erasure.key/x', '')
  await expect(erasureKeyIn(at('folder'))).rejects.toMatchObject({ code: 'file_unreadable' })
})

it('is read as hex or as base64, and has 32 bytes at least', () => {
  const bytes = Buffer.from(Array.from({ length: 33 }, (_, i) => 7 * i))
  for (const form of ['hex', 'base64', 'base64url'] as const)
    expect(readKey(bytes.toString(form))!.export()).toEqual(bytes)
  const short = bytes.subarray(0, 31)
  for (const text of ['', 'no key', short.toString('hex'), short.toString('base64'), `${bytes.toString('hex')} `])
    expect(readKey(text)).toBeUndefined()
})

it('of the environment is never told where it is wrong', () => {
  expect(readConfig({ LANEKEEPER_ERASURE_KEY: 'ab'.repeat(32) }).erasureKey!.export()).toEqual(Buffer.alloc(32, 0xab))
  expect(readConfig({}).erasureKey).toBeUndefined()
  expect(() => readConfig({ LANEKEEPER_ERASURE_KEY: 'hunter2' })).toThrow(
    /^LANEKEEPER_ERASURE_KEY is none of its values/,
  )
  expect(() => readConfig({ LANEKEEPER_ERASURE_KEY: 'hunter2' })).not.toThrow(/hunter2/)
})

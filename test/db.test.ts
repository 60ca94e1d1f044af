import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { openDb } from '../src/db.ts'
import { isDatabaseAway } from '../src/persist/away.ts'

test('a database that takes the call and says nothing is away', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const db = openDb(`postgres://nobody@127.0.0.1:${(silent.address() as AddressInfo).port}/none`, 1, 50)
  const failure = await db.query('select').catch((error: unknown) => error)
  expect(isDatabaseAway(failure)).toBe(true)
  await db.end()
  silent.close()
})

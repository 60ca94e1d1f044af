import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { complaintOf, lanekeeper } from '../support/run.ts'
import { scratch } from '../support/scratch.ts'

const { at } = scratch()

test.each([
  ['audit', 'verify'],
  ['ledger', 'export'],
  ['accounts', 'show', 'dana'],
  ['accounts', 'forget', 'dana', '--reason', 'asked for it'],
  ['keys', 'revoke', 'key_1'],
  ['dead-letters', 'list'],
])('%s %s makes no database where there is none, but says that there is none', async (...args) => {
  const ran = await lanekeeper(args, { env: { LANEKEEPER_HOME: at('nowhere'), KAFKA_BROKERS: '127.0.0.1:1' } })
  expect(complaintOf(ran)).toBe(
    `lanekeeper: there is no database in ${at('nowhere')}. Name the home of the server in LANEKEEPER_HOME, or its database in DATABASE_URL.`,
  )
  expect(ran.code).toBe(1)
  expect(existsSync(at('nowhere'))).toBe(false)
})

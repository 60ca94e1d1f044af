import { expect, test } from 'vitest'
import { decodeValue } from '../../src/decode/decode.ts'
import { crowd } from '../../src/simulate/crowd.ts'
import { demoDay } from '../../src/simulate/demoDay.ts'
import { simulate } from '../../src/simulate/simulate.ts'

const START = Date.UTC(2026, 10, 9, 8)
const some = (seed: number, size = 20, hours = 6) => [
  ...simulate({ seed, accounts: crowd(7, size), hours, start: START }),
]

test('the same seed gives the same events, another seed others', () => {
  expect(some(1)).toEqual(some(1))
  expect(some(2)).not.toEqual(some(1))
})

test('every event passes the schema of gateway events unchanged', () => {
  for (const event of simulate({ ...demoDay, seed: 3 }))
    expect(decodeValue({ ...event, time: new Date(event.time).toISOString() })).toEqual({ event })
})

test('events come in order of time, within the simulated hours, each with an id of its own', () => {
  const events = some(1)
  expect(events.length).toBeGreaterThan(500)
  expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).sort((a, b) => a - b))
  expect(events[0]!.time).toBeGreaterThanOrEqual(START)
  expect(events.at(-1)!.time).toBeLessThan(START + 6 * 3_600_000)
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
})

test("an account's events depend on nobody else, so a larger crowd only adds accounts", () => {
  const small = some(1, 5)
  const names = new Set([...crowd(7, 5)].map(({ accountId }) => accountId))
  expect(some(1, 20).filter(({ accountId }) => names.has(accountId))).toEqual(small)
})

test('events are made one by one: the first of ten thousand hours are there at once', () => {
  let made = 0
  for (const _ of simulate({ seed: 1, accounts: crowd(7, 20), hours: 10_000, start: START })) if (++made === 1000) break
  expect(made).toBe(1000)
})

test('requests in flight are those that have not ended, this one included', () => {
  for (const { inFlight } of some(1)) expect(inFlight).toBeGreaterThanOrEqual(1)
  expect(Math.max(...some(1, 60).map(({ inFlight }) => inFlight!))).toBeGreaterThan(3)
})

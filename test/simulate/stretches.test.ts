import { expect, test } from 'vitest'
import type { GatewayEvent } from '../../src/decode/event.ts'
import { stretches } from '../../src/simulate/stretches.ts'

const at = (time: number) => ({ time }) as GatewayEvent

test('every event lies in the stretch of its time, and quiet stretches are there up to the end', () => {
  const cut = stretches([0, 4, 5, 19].map(at), { start: 0, end: 30, length: 5 })
  expect([...cut].map(({ at, events }) => [at, events.map(({ time }) => time)])).toEqual([
    [5, [0, 4]],
    [10, [5]],
    [15, []],
    [20, [19]],
    [25, []],
    [30, []],
  ])
})

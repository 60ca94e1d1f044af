import { expect, it } from 'vitest'
import { frontierPoint, printableFrontier } from '../../../src/train/streams/frontier.ts'
import type { Fate } from '../../../src/train/streams/play.ts'

const fate = (change: Partial<Fate> = {}): Fate => ({
  ...{ misjudged: [], requests: 100, nonCoding: 50, found: 0, hours: undefined },
  ...{ violations: 0, restrictions: [], final: 'none', ...change },
})
const seen = fate({ violations: 1, hours: 1, restrictions: ['throttle'] })
const played = (persona: string, ...fates: Fate[]) => fates.map((one, i) => ({ accountId: `${i}`, persona, fate: one }))

it('a point counts who was wronged, and whose misuse was seen in time, with cover and without', () => {
  const point = frontierPoint(0.02, 0.8, [
    ...played('coder', fate(), seen),
    ...[...played('writer', seen, fate()), ...played('drip', seen)],
    ...[...played('cover', seen), ...played('reformed', fate())],
  ])
  expect(point).toEqual({
    ...{ falseAlarms: 0.02, threshold: 0.8, genuine: { accounts: 2, violated: 1 } },
    ...{ misuse: { accounts: 3, asExpected: 2 }, cover: { accounts: 1, asExpected: 1 } },
  })
  expect(printableFrontier([point])).toContain('| 2.0 % | 0.800 | 1 of 2 | 2 of 3 | 1 of 1 |')
})

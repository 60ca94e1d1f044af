import { expect, it } from 'vitest'
import type { Fate } from '../../../src/train/streams/play.ts'
import { printableStream } from '../../../src/train/streams/printable.ts'
import { tally } from '../../../src/train/streams/tally.ts'

const fate = (change: Partial<Fate> = {}): Fate => ({
  ...{ misjudged: [], requests: 100, nonCoding: 0, found: 0, hours: undefined },
  ...{ violations: 0, restrictions: [], final: 'none', ...change },
})
const restricted = (nonCoding: number, hours: number) =>
  fate({ nonCoding, found: nonCoding / 2, hours, violations: 1, restrictions: ['throttle'] })
const played = (persona: string, ...fates: Fate[]) =>
  fates.map((one, i) => ({ accountId: `${persona}-${i}`, persona, fate: one }))

it('a genuine account is as expected without a violation', () => {
  expect(tally(played('niche', fate(), restricted(2, 1)))).toMatchObject([
    { accounts: 2, violated: 1, restricted: 1, asExpected: 1 },
  ])
})

it('misuse is as expected if it was restricted within sixty of its non-coding requests', () => {
  const [report] = tally(played('writer', restricted(60, 9), restricted(61, 1), fate({ nonCoding: 300 })))
  expect(report).toMatchObject({ accounts: 3, restricted: 2, asExpected: 1, medianRequests: 61, medianHours: 9 })
  expect(report!.found).toBeCloseTo(1 / 3)
})

it('a drip has a day and a half, however many requests that takes', () => {
  expect(tally(played('drip', restricted(400, 36), restricted(50, 37)))).toMatchObject([{ asExpected: 1 }])
})

it('nothing is demanded of personas that mend their ways; the genuine ones come first', () => {
  const report = tally([...played('reformed', restricted(20, 1)), ...played('coder', fate())])
  expect(report.map(({ persona, asExpected }) => [persona, asExpected])).toEqual([
    ['coder', 1],
    ['reformed', undefined],
  ])
})

it('says how near the nearest of the genuine accounts came to each rule', () => {
  const near = (hourly: number, daily: number) => fate({ nearest: { hourly, daily } })
  const accounts = [...played('coder', near(0.2, 0.4), near(0.6, 0.3), fate()), ...played('writer', near(0.9, 0.9))]
  expect(tally(accounts).map((report) => report.nearest)).toEqual([{ hourly: 0.6, daily: 0.4 }, undefined])
  expect(printableStream('a week', accounts)).toMatch(/\| hourly \| coder \| 60 % \|\n\| daily \| coder \| 40 % \|$/)
})

import { beforeAll, expect, it } from 'vitest'
import type { GatewayEvent } from '../../../src/decode/event.ts'
import { defaultRules } from '../../../src/train/streams/defaultRules.ts'
import { type Fate, type PlayedEvent, play } from '../../../src/train/streams/play.ts'
import { shipped } from '../../classify/shipped.ts'

const MINUTE = 60_000

/** A request a minute whose score says what it is, or is not. */
const request = (accountId: string, minute: number, target: 0 | 1, nonCoding: number): PlayedEvent => {
  const event: GatewayEvent = {
    ...{ id: `${accountId}-${minute}`, time: Date.UTC(2026, 10, 9) + minute * MINUTE, accountId, plan: 'pro' },
    ...{ input: { text: `what ${minute}` }, score: { nonCoding, evidence: 1, classifier: 'test' } },
  }
  return { event, model: shipped, target }
}
const requests = (accountId: string, count: number, target: 0 | 1, nonCoding: number) =>
  Array.from({ length: count }, (_, minute) => request(accountId, minute, target, nonCoding))

let fates: Map<string, Fate>
beforeAll(async () => {
  fates = await play(
    [...requests('writer', 40, 1, 1), ...requests('coder', 40, 0, 0), ...requests('unlucky', 5, 0, 1)],
    await defaultRules(),
  )
})

it('counts an account up to its first restriction, which the default rules impose at twenty non-coding requests', () => {
  expect(fates.get('writer')).toMatchObject({
    ...{ nonCoding: 20, found: 20, requests: 20, violations: 1, restrictions: ['throttle'], final: 'throttle' },
  })
  expect(fates.get('writer')!.hours).toBeCloseTo(19 / 60)
})

it('an account that codes stays as it was', () => {
  expect(fates.get('coder')).toEqual({
    ...{ misjudged: [], requests: 40, nonCoding: 0, found: 0, hours: undefined },
    ...{ violations: 0, restrictions: [], final: 'none' },
  })
})

it('keeps what was misjudged', () => {
  expect(fates.get('unlucky')!.misjudged[0]).toEqual({ text: 'what 0', target: 0, label: 'non_coding' })
})

it('says how near an account came to each rule, by the threshold that it was furthest from', () => {
  expect(fates.get('unlucky')!.nearest).toEqual({
    ...{ 'sustained-non-coding': 5 / 20, 'mixed-non-coding': 5 / 30, 'drip-non-coding': 5 / 100 },
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { usageFacts } from '../../src/window/facts.ts'
import { noUsage, SLOT_MS, USAGE_WORDS, type Usage } from '../../src/window/layout.ts'
import { record, type UsageEvent } from '../../src/window/record.ts'

const START = Date.parse('2026-11-02T09:00:00Z')
const HOUR = 3_600_000

const event = (time: number, change: Partial<UsageEvent> = {}): UsageEvent => ({
  time,
  label: 'coding',
  text: `${time}`,
  tokens: 0,
  inFlight: 0,
  unsupportedClient: false,
  ...change,
})

/** Usage after events, each as late as it is behind the ones before. */
function usageAfter(events: readonly UsageEvent[]): { usage: Usage; now: number } {
  let usage = noUsage
  let now = 0
  for (const one of events) {
    now = Math.max(now, one.time)
    usage = record(usage, one, now)
  }
  return { usage, now }
}

/** What the windows are meant to hold, counted the slow way: events whose bucket lies in the last n buckets. */
function slowly(events: readonly UsageEvent[], now: number, bucketMs: number, buckets: number): UsageEvent[] {
  const last = Math.floor(now / bucketMs)
  return events.filter(({ time }) => Math.floor(time / bucketMs) > last - buckets)
}

const gaps = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -15 * 60_000, max: 10 * 60_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 60 * HOUR }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 400 * HOUR }) },
)
const traffic = fc
  .array(
    fc.record({
      gap: gaps,
      label: fc.constantFrom('coding' as const, 'nonCoding' as const, 'unsure' as const),
      text: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      tokens: fc.nat(5000),
      inFlight: fc.nat(40),
      unsupportedClient: fc.boolean(),
      sessionId: fc.constantFrom('s1', 's2', 's3', undefined),
      deviceId: fc.constantFrom('d1', 'd2', undefined),
      projectId: fc.constantFrom('p1', 'p2', 'p3', 'p4'),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let now = START
    return steps.map(({ gap, ...rest }): UsageEvent => {
      const time = now + gap
      now = Math.max(now, time)
      return { time, ...rest }
    })
  })

describe('usage', () => {
  it('counts what a slow recount of the same events counts, late ones and long silences included', () => {
    fc.assert(
      fc.property(traffic, (events) => {
        const { usage, now } = usageAfter(events)
        const facts = usageFacts(usage, now)
        for (const [name, bucketMs, buckets] of [
          ['1h', SLOT_MS, 12],
          ['24h', HOUR, 24],
          ['7d', 12 * HOUR, 14],
        ] as const) {
          const inside = slowly(events, now, bucketMs, buckets)
          const of = (label: string) => inside.filter((one) => one.label === label).length
          expect([
            facts[`usage.${name}.coding`],
            facts[`usage.${name}.nonCoding`],
            facts[`usage.${name}.unsure`],
          ]).toEqual([of('coding'), of('nonCoding'), of('unsure')])
          expect(facts[`usage.${name}.nonCodingShare`]).toBe(of('nonCoding') / inside.length)
        }
        const day = slowly(events, now, HOUR, 24)
        expect(facts['usage.24h.tokens']).toBe(day.reduce((sum, one) => sum + one.tokens, 0))
        expect(facts['usage.24h.peakInFlight']).toBe(Math.max(...day.map((one) => one.inFlight)))
        expect(facts['usage.24h.unsupportedClient']).toBe(day.filter((one) => one.unsupportedClient).length)
      }),
    )
  })

  it('counts distinct texts, sessions, devices and projects exactly while they are few', () => {
    fc.assert(
      fc.property(traffic, (events) => {
        const { usage, now } = usageAfter(events)
        const facts = usageFacts(usage, now)
        const distinct = (slots: number, of: (one: UsageEvent) => string | undefined) =>
          new Set(
            slowly(events, now, SLOT_MS, slots)
              .map(of)
              .filter((one) => one !== undefined),
          ).size
        const text = (one: UsageEvent) => (one.label === 'nonCoding' ? one.text : undefined)
        expect(facts['usage.1h.nonCodingDistinct']).toBe(distinct(12, text))
        expect(facts['usage.24h.nonCodingDistinct']).toBe(distinct(288, text))
        expect(facts['usage.24h.sessions']).toBe(distinct(288, (one) => one.sessionId))
        expect(facts['usage.24h.devices']).toBe(distinct(288, (one) => one.deviceId))
        expect(facts['usage.24h.projects']).toBe(distinct(288, (one) => one.projectId))
      }),
    )
  })

  it('changes nothing in place', () => {
    const { usage, now } = usageAfter([event(START), event(START + 1, { label: 'nonCoding' })])
    const before = usage.slice()
    record(usage, event(now + 5 * HOUR), now + 5 * HOUR)
    usageFacts(usage, now + 5 * HOUR)
    expect(usage).toEqual(before)
  })

  it('holds no more than 64 distinct texts and says no more than 64', () => {
    const { usage, now } = usageAfter(
      Array.from({ length: 200 }, (_, i) => event(START + i * 1000, { label: 'nonCoding' })),
    )
    expect(usageFacts(usage, now)['usage.1h.nonCodingDistinct']).toBe(64)
    expect(usageFacts(usage, now)['usage.1h.nonCoding']).toBe(200)
  })

  it('takes one prompt repeated a thousand times for one text', () => {
    const { usage, now } = usageAfter(
      Array.from({ length: 1000 }, (_, i) => event(START + i * 1000, { label: 'nonCoding', text: 'again' })),
    )
    expect(usageFacts(usage, now)['usage.1h.nonCodingDistinct']).toBe(1)
  })

  it('forgets everything after eight days of silence', () => {
    const { usage, now } = usageAfter(
      Array.from({ length: 50 }, (_, i) => event(START + i * 1000, { label: 'nonCoding', deviceId: `d${i}` })),
    )
    expect(Object.values(usageFacts(usage, now + 8 * 24 * HOUR)).every((value) => value === 0)).toBe(true)
  })

  it('takes 1,508 bytes, and nothing where nothing was counted', () => {
    expect(usageAfter([event(START)]).usage.byteLength).toBe(USAGE_WORDS * 4)
    expect([USAGE_WORDS * 4, noUsage.byteLength]).toEqual([1508, 0])
  })

  it('stops counting at the largest word instead of starting over', () => {
    const { usage, now } = usageAfter([event(START, { tokens: 2 ** 40 }), event(START + 1, { tokens: 5 })])
    expect(usageFacts(usage, now)['usage.24h.tokens']).toBe(2 ** 32 - 1)
  })
})

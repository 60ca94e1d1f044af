import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrive, LATE_MS, MOST_IDS, type SeenIds } from '../../src/window/seen.ts'

const START = Date.parse('2026-11-02T09:00:00Z')

/** Feeds ids with their times and says what became of each. */
function feed(events: readonly { id: string; time: number }[]): string[] {
  let seen: SeenIds = []
  let now = 0
  return events.map(({ id, time }) => {
    const arrival = arrive(seen, id, time, now)
    if ('seen' in arrival) seen = arrival.seen
    if (arrival.kind === 'new' || arrival.kind === 'overflow') now = Math.max(now, time)
    return arrival.kind
  })
}

describe('an event', () => {
  it('is recognised as a copy, or too late to matter, wherever its copy arrives', () => {
    const events = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 50 }).map((gaps) => {
      let now = START
      return gaps.map((gap, i) => {
        now += gap * 60_000
        return { id: `e${i}`, time: now }
      })
    })
    fc.assert(
      fc.property(events, fc.nat(), fc.nat(), (originals, which, where) => {
        const original = which % originals.length
        const place = original + 1 + (where % (originals.length - original))
        const [plain, copied] = [feed(originals), feed(originals.toSpliced(place, 0, originals[original]!))]
        expect(['duplicate', 'late']).toContain(copied[place])
        expect(copied.toSpliced(place, 1)).toEqual(plain)
      }),
    )
  })

  it('is too late more than 15 minutes behind its account, and not a millisecond earlier', () => {
    expect(
      feed([
        { id: 'a', time: START },
        { id: 'b', time: START - LATE_MS },
        { id: 'c', time: START - LATE_MS - 1 },
      ]),
    ).toEqual(['new', 'new', 'late'])
  })

  it(`is beyond what is remembered after ${MOST_IDS} others within 15 minutes, until these have passed`, () => {
    const burst = Array.from({ length: MOST_IDS }, (_, i) => ({ id: `e${i}`, time: START + i }))
    const after = [
      { id: 'one more', time: START + MOST_IDS },
      { id: 'e7', time: START + 7 },
      { id: 'later', time: START + 30 * 60_000 },
    ]
    expect(feed([...burst, ...after]).slice(MOST_IDS)).toEqual(['overflow', 'duplicate', 'new'])
  })
})

import { describe, expect, it } from 'vitest'
import { initialState, type LedgerEntry } from '../../src/account.ts'
import { type Sweeping, sweepOnce, tickLimit } from '../../src/sweep/sweep.ts'
import { HOUR, MINUTE, START } from '../support/account.ts'

const BEHIND = 2 * MINUTE
const NOW = START + HOUR

describe('tickLimit', () => {
  it.each([
    ['before the first event there is none', undefined, 'system', undefined],
    ['nor by the events of old logs', undefined, 'events', undefined],
    ['while events come, 120 s behind the greatest', { greatestTime: START, atEndSince: undefined }, 'system', START],
    ['while the end is younger than 120 s', { greatestTime: START, atEndSince: NOW - BEHIND + 1 }, 'system', START],
    [
      'once the end is 120 s old, 120 s behind the clock',
      { greatestTime: START, atEndSince: NOW - BEHIND },
      'system',
      NOW,
    ],
    ['old logs know no clock', { greatestTime: START, atEndSince: NOW - HOUR }, 'events', START],
    ['a clock behind the events does not hold ticks back', { greatestTime: NOW + 1, atEndSince: 0 }, 'system', NOW + 1],
  ] as const)('%s', (_what, position, clock, from) => {
    expect(tickLimit(position, NOW, clock)).toBe(from === undefined ? undefined : from - BEHIND)
  })
})

const somethingDecided = [{ type: 'RestrictionLifted' } as LedgerEntry]

/** Accounts that have something due, of which some turn out to have nothing decided; notes what was asked. */
function fake(due: readonly string[], decided: ReadonlySet<string> = new Set()) {
  const left = [...due]
  const done = {
    ticks: [] as [string, number][],
    postponed: [] as [string, number, number][],
    asked: [] as number[],
  }
  const sweeping: Sweeping = {
    clock: 'events',
    position: async () => ({ greatestTime: START, atEndSince: undefined }),
    async due(until, limit, after) {
      done.asked.push(until)
      const rest = after === undefined ? left : left.filter((accountId) => due.indexOf(accountId) >= after.dueAt)
      return rest.slice(0, limit).map((accountId) => ({ accountId, version: 7, dueAt: due.indexOf(accountId) + 1 }))
    },
    async tick(accountId, at) {
      done.ticks.push([accountId, at])
      if (!decided.has(accountId)) return { entries: [], state: initialState(accountId) }
      left.splice(left.indexOf(accountId), 1)
      return { entries: somethingDecided, state: initialState(accountId) }
    },
    async postpone({ accountId }, version, at) {
      done.postponed.push([accountId, version, at])
      left.splice(left.indexOf(accountId), 1)
    },
  }
  return { sweeping, done }
}

describe('a sweep', () => {
  it('asks for nobody before the first event', async () => {
    const { sweeping, done } = fake(['dana'])
    expect(await sweepOnce({ ...sweeping, position: async () => undefined }, NOW)).toBe(0)
    expect(done).toEqual({ ticks: [], postponed: [], asked: [] })
  })

  it('ticks whoever has something due up to the limit and postpones whom nothing was decided about', async () => {
    const { sweeping, done } = fake(['ada', 'bo', 'cy'], new Set(['bo']))
    expect(await sweepOnce(sweeping, NOW)).toBe(1)
    const limit = START - BEHIND
    expect(done).toEqual({
      asked: [limit],
      ticks: [
        ['ada', limit],
        ['bo', limit],
        ['cy', limit],
      ],
      postponed: [
        ['ada', 7, limit],
        ['cy', 7, limit],
      ],
    })
  })

  it('goes on until nobody is left, however many there are', async () => {
    const ids = Array.from({ length: 1203 }, (_, i) => `account-${i}`)
    const { sweeping, done } = fake(ids, new Set(ids.slice(0, 700)))
    expect(await sweepOnce(sweeping, NOW)).toBe(700)
    expect(done.ticks.map(([id]) => id)).toEqual(ids)
    expect(done.postponed).toHaveLength(503)
    expect(done.asked.length).toBe(3)
  })

  /** A sweep in which the ticks of some accounts fail. */
  function failing(ids: readonly string[], broken: (accountId: string) => boolean, failure: Error) {
    const { sweeping, done } = fake(ids)
    const tick: Sweeping['tick'] = async (accountId, at) => {
      if (broken(accountId)) throw failure
      return sweeping.tick(accountId, at)
    }
    return { swept: sweepOnce({ ...sweeping, tick }, NOW), done }
  }

  it('is not held up by accounts whose ticks fail, however many, and names the first of them', async () => {
    const ids = Array.from({ length: 1203 }, (_, i) => `account-${i}`)
    const cause = new Error('no such rule')
    const { swept, done } = failing(ids, (id) => Number(id.slice(8)) < 600, cause)
    await expect(swept).rejects.toMatchObject({ message: 'the tick of account account-0 failed', cause })
    expect(done.postponed.map(([id]) => id)).toEqual(ids.slice(600))
    expect(done.asked.length).toBe(3)
  })

  it('gives up where the database is away: nobody else could be ticked either', async () => {
    const { swept, done } = failing(['ada', 'bo'], (id) => id === 'ada', new Error('Connection terminated'))
    await expect(swept).rejects.toThrow('Connection terminated')
    expect(done.ticks).toEqual([])
  })
})

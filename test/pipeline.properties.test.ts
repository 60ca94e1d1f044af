import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Input, LedgerEntry } from '../src/account.ts'
import type { ScoredEvent } from '../src/classify/scoreEvent.ts'
import { type Enforcement, rank } from '../src/decide/enforcement.ts'
import { refold } from '../src/decide/refold.ts'
import { CommandRefused } from '../src/decide/refusal.ts'
import { compileScreen } from '../src/evaluate/screen.ts'
import { Account, DAY, HOUR, MINUTE, START, scored } from './support/account.ts'
import { engineWith } from './support/engine.ts'

const plain = await engineWith()
const hold = await engineWith(({ policy }) => {
  policy.banReview = 'hold'
})
const engines = fc.constantFrom(plain, hold)

/** What may happen to an account: a stretch of traffic, silence, something that a person does, or a ban that it comes back with. */
type Scene =
  | {
      kind: 'traffic'
      label: 'coding' | 'non_coding' | 'unsure'
      count: number
      every: number
      late: number
      admitted: boolean
      plan: 'lite' | 'pro'
    }
  | { kind: 'silence'; ms: number }
  | { kind: 'appeal'; which: number; outcome: 'upheld' | 'overturned' }
  | { kind: 'review'; type: 'ConfirmBan' | 'DeclineBan' }
  | { kind: 'return' }

const scene: fc.Arbitrary<Scene> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('traffic' as const),
      label: fc.constantFrom('coding' as const, 'non_coding' as const, 'non_coding' as const, 'unsure' as const),
      count: fc.integer({ min: 1, max: 40 }),
      every: fc.constantFrom(1000, 30_000, MINUTE, 5 * MINUTE),
      late: fc.constantFrom(0, 0, 0, 2 * MINUTE, 14 * MINUTE),
      admitted: fc.constantFrom(true, true, true, true, false),
      plan: fc.constantFrom('pro' as const, 'pro' as const, 'lite' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('silence' as const),
      ms: fc.constantFrom(10 * MINUTE, HOUR, 12 * HOUR, DAY, 3 * DAY, 8 * DAY),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('appeal' as const),
      which: fc.nat(5),
      outcome: fc.constantFrom('upheld' as const, 'overturned' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('review' as const),
      type: fc.constantFrom('ConfirmBan' as const, 'DeclineBan' as const),
    }),
  },
)
/** One account in three was banned, was erased, and comes back; later no ban is remembered. */
const scenes = fc
  .tuple(fc.constantFrom(true, false, false), fc.array(scene, { minLength: 3, maxLength: 25 }), fc.nat(25))
  .map(([isBack, story, later]): Scene[] =>
    isBack ? [{ kind: 'return' }, ...story.toSpliced(later, 0, { kind: 'return' })] : story,
  )

/** The events of the scenes alone, in order of arrival, each with an id of its own. */
function eventsOf(story: readonly Scene[]): ScoredEvent[] {
  let now = START
  let serial = 0
  return story.flatMap((one) => {
    if (one.kind === 'silence') now += one.ms
    if (one.kind !== 'traffic') return []
    return Array.from({ length: one.count }, (_, i) => {
      now += one.every
      const time = i % 3 === 2 ? now - one.late : now
      return scored(one.label, time, { id: `e${serial++}`, admitted: one.admitted, plan: one.plan })
    })
  })
}

/** Plays the scenes, persons included; what a person asks for in vain is passed over. `after` looks at every step. */
async function play(account: Account, story: readonly Scene[], after: () => void = () => {}): Promise<void> {
  const events = eventsOf(story)
  for (const one of story) {
    if (one.kind === 'traffic') for (const event of events.splice(0, one.count)) await account.event(event)
    else if (one.kind === 'silence') await account.tick(account.state.time + one.ms)
    else await act(account, one).catch((error) => expect(error).toBeInstanceOf(CommandRefused))
    after()
  }
}

async function act(account: Account, one: Extract<Scene, { kind: 'appeal' | 'review' | 'return' }>): Promise<void> {
  const at = account.state.time
  if (one.kind === 'return') {
    await account.advance({ kind: 'command', command: { type: 'RememberBan', plan: 'pro', commandAt: START } })
    return
  }
  const violation =
    one.kind === 'appeal' ? account.violations[one.which % Math.max(1, account.violations.length)] : undefined
  if (one.kind === 'review')
    await account.command({ type: one.type, reason: 'reviewed', actor: 'support:mo', commandAt: at })
  else if (violation) await account.appeal(violation.id, one.outcome, at)
}

const active = (state: Enforcement) => state.violations.filter(({ status }) => status === 'active')
const isHeld = ({ restriction }: Enforcement) => restriction.kind === 'suspension' && restriction.until === null

describe('whatever happens to an account', () => {
  it('three active violations are a ban, or one held for review, and fewer never are', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, engines, async (story, engine) => {
        const account = new Account(engine)
        await play(account, story, () => {
          const { enforcement } = account.state
          expect(active(enforcement).length >= 3).toBe(enforcement.restriction.kind === 'ban' || isHeld(enforcement))
        })
      }),
    )
  })

  it('a violation is never without a match that really held', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, async (story) => {
        const account = new Account(plain)
        await play(account, story)
        for (const entry of account.entries) {
          if (entry.type !== 'ViolationRecorded') continue
          const { rule, match } = entry.violation
          const { screen } = plain.rules.detect.find((one) => one.name === rule && one.status === 'live')!
          expect(screen(Object.fromEntries(match.leaves.map(({ fact, actual }) => [fact, actual])))).toBe(true)
          for (const leaf of match.leaves) expect(compileScreen(leaf)({ [leaf.fact]: leaf.actual })).toBe(leaf.held)
        }
      }),
    )
  })

  it('no restriction comes, eases or goes without a statement in both languages with nothing left open', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, engines, async (story, engine) => {
        const account = new Account(engine)
        await play(account, story)
        account.entries.forEach((entry, index) => {
          if (!['RestrictionImposed', 'RestrictionEased', 'RestrictionLifted'].includes(entry.type)) return
          const next = account.entries[index + 1] as Extract<LedgerEntry, { type: 'NoticeIssued' }>
          expect(next.type).toBe('NoticeIssued')
          const about =
            'restriction' in entry ? entry.restriction.id : (entry as { restrictionId: string }).restrictionId
          expect(next.notice.restrictionId).toBe(about)
          for (const { title, text } of Object.values(next.notice.statement))
            expect(`${title} ${text}`).not.toMatch(/[{}]|undefined|NaN|null/)
        })
      }),
    )
  })

  it('duplicates anywhere change nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        scenes,
        fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 10 }),
        async (story, copies) => {
          const events = eventsOf(story)
          fc.pre(events.length > 0)
          const repeated = [...events]
          for (const [which, where] of copies) {
            const original = events[which % events.length]!
            const from = repeated.indexOf(original) + 1
            repeated.splice(from + (where % (repeated.length - from + 1)), 0, original)
          }
          const [once, often] = [new Account(plain), new Account(plain)]
          for (const event of events) await once.event(event)
          for (const event of repeated) await often.event(event)
          expect(often.entries).toEqual(once.entries)
          expect(often.state).toEqual(once.state)
        },
      ),
    )
  })

  it('every restriction but a ban lifts once normal coding resumes', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, async (story) => {
        const account = new Account(plain)
        await play(account, story)
        await account.send('coding', 60, account.state.time + DAY + HOUR)
        expect(['none', 'ban']).toContain(account.kind)
        if (account.kind === 'ban') expect(active(account.state.enforcement)).toHaveLength(3)
      }),
    )
  })

  it('every throttle lifts without any traffic at all', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, async (story) => {
        const account = new Account(plain)
        await play(account, story)
        await account.tick(account.state.time + 9 * DAY)
        expect(['none', 'ban']).toContain(account.kind)
      }),
    )
  })

  it('the restriction is never harsher than what the remaining active violations justify', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, engines, async (story, engine) => {
        const account = new Account(engine)
        const { ladder, policy } = engine.rules
        await play(account, story, () => {
          const { enforcement, time } = account.state
          const { restriction } = enforcement
          if (restriction.kind !== 'none') expect(active(enforcement).map(({ id }) => id)).toContain(restriction.cause)
          const justified = refold({ ...enforcement, recoveries: [] }, active(enforcement), time, ladder, policy)
          const confirmed =
            enforcement.restriction.kind === 'ban' && policy.banReview === 'hold' && active(enforcement).length >= 3
          if (!confirmed) expect(rank(enforcement.restriction)).toBeLessThanOrEqual(rank(justified))
        })
      }),
    )
  })

  it('an overturn never makes anything worse', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, engines, fc.nat(5), async (story, engine, which) => {
        const account = new Account(engine)
        await play(account, story)
        const before = account.state.enforcement.restriction
        await act(account, { kind: 'appeal', which, outcome: 'overturned' }).catch((error) =>
          expect(error).toBeInstanceOf(CommandRefused),
        )
        expect(rank(account.state.enforcement.restriction)).toBeLessThanOrEqual(rank(before))
      }),
    )
  })

  it('overturning everything leaves no trace but the ledger', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, engines, async (story, engine) => {
        const account = new Account(engine)
        await play(account, story)
        for (const { id } of account.violations) {
          if (account.violations.find((one) => one.id === id)!.status !== 'active') continue // or voided with another
          const open = account.state.enforcement.appeals.find(
            (one) => one.violationId === id && (one.status === 'open' || one.status === 'claimed'),
          )
          expect(open).toBeUndefined()
          await account.appeal(id, 'overturned', account.state.time)
        }
        const { restriction, graceUntil, violations } = account.state.enforcement
        expect([restriction, graceUntil]).toEqual([{ kind: 'none' }, 0])
        expect(violations.every(({ status }) => status === 'voided')).toBe(true)
        const { access, reason } = account.entitlements.at(-1) ?? { access: 'allow', reason: null }
        expect([access, reason]).toEqual(['allow', null])
        const later = await account.event(scored('coding', account.state.time + MINUTE))
        expect(later.outcome).toBe('evidence')
      }),
    )
  })

  it('a tick before or after a due moment, early or late, gives the same entries', async () => {
    await fc.assert(
      fc.asyncProperty(
        scenes,
        fc.array(fc.tuple(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 12 }),
        async (story, ticks) => {
          const events = eventsOf(story.map((one) => (one.kind === 'traffic' ? { ...one, late: 0 } : one)))
          fc.pre(events.length > 0)
          const end = events.at(-1)!.time + 10 * DAY
          const inputs: Input[] = events.map((event) => ({ kind: 'event', event }))
          const [calm, ticked] = [new Account(plain), new Account(plain)]
          for (const input of inputs) await calm.advance(input)
          for (const [index, event] of events.entries()) {
            const before = events[index - 1]?.time ?? event.time
            const here = ticks
              .filter(([place]) => place % events.length === index)
              .map(([, share]) => before + share * (event.time - before))
            for (const at of here.sort((a, b) => a - b)) await ticked.tick(Math.floor(at))
            await ticked.advance(inputs[index]!)
          }
          for (let at = events.at(-1)!.time; at < end; at += 7 * HOUR) await ticked.tick(at)
          await calm.tick(end)
          await ticked.tick(end)
          expect(ticked.entries).toEqual(calm.entries)
          expect({ ...ticked.state, ordinal: 0 }).toEqual({ ...calm.state, ordinal: 0 })
        },
      ),
    )
  })

  it('the ledger counts from 1 without a gap, in order of account time, and its ids are unique', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, async (story) => {
        const account = new Account(plain)
        await play(account, story)
        expect(account.entries.map(({ seq }) => seq)).toEqual(account.entries.map((_, i) => i + 1))
        const times = account.entries.map(({ at }) => at)
        expect(times).toEqual(times.toSorted())
        const ids = account.entries.flatMap((entry) =>
          entry.type === 'ViolationRecorded'
            ? [entry.violation.id]
            : entry.type === 'NoticeIssued'
              ? [entry.notice.id]
              : [],
        )
        expect(new Set(ids).size).toBe(ids.length)
      }),
    )
  })

  it('advancing never changes the state it was given', async () => {
    await fc.assert(
      fc.asyncProperty(scenes, async (story) => {
        const account = new Account(plain)
        for (const event of eventsOf(story)) {
          const before = account.state
          const copy = structuredClone(before)
          await account.event(event)
          expect(before).toEqual(copy)
        }
      }),
      { numRuns: 20 },
    )
  })
})

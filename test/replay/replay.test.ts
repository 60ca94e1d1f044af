import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Input } from '../../src/account.ts'
import type { ScoredEvent } from '../../src/classify/scoreEvent.ts'
import { readStoredInputs } from '../../src/replay/storedInputs.ts'
import { timelineOf } from '../../src/replay/timeline.ts'
import { Account, DAY, HOUR, MINUTE, START, scored } from '../support/account.ts'
import { defaultDocuments, engineWith } from '../support/engine.ts'
import { byAccount, line, replayed } from '../support/log.ts'

const engine = await engineWith()

/** A misuser's events: a violation, an hour and more of silence, and so on. */
function climb(accountId: string, violations: number, start = START): ScoredEvent[] {
  return Array.from({ length: violations }, (_, v) =>
    Array.from({ length: 20 }, (_, i) =>
      scored('non_coding', start + v * 2 * DAY + i * MINUTE, { accountId, id: `${accountId}-${v}-${i}` }),
    ),
  ).flat()
}

/** Any interleaving of logs that keeps each one's order. */
const interleaved = (logs: readonly ScoredEvent[][]) =>
  fc.array(fc.nat(logs.length - 1), { minLength: 400, maxLength: 400 }).map((turns) => {
    const rest = logs.map((log) => [...log])
    const merged = turns.flatMap((turn) => rest[turn]!.splice(0, 1))
    return [...merged, ...rest.flat()]
  })

const logs = [
  climb('a', 3),
  climb('b', 2, START + HOUR),
  [
    ...climb('c', 1),
    ...Array.from({ length: 30 }, (_, i) =>
      scored('coding', START + 3 * HOUR + i * MINUTE, { accountId: 'c', id: `c${i}` }),
    ),
  ],
]

describe('a replay', () => {
  it('gives every account the same entries however accounts interleave', async () => {
    const one = byAccount((await replayed(logs.flat().map(line), engine)).entries)
    await fc.assert(
      fc.asyncProperty(interleaved(logs), async (events) => {
        expect(byAccount((await replayed(events.map(line), engine)).entries)).toEqual(one)
      }),
      { numRuns: 25 },
    )
  })

  it('closes with a tick 120 seconds before the last event, or where it is told', async () => {
    const events = climb('a', 2)
    const last = events.at(-1)!.time
    const eased = async (until?: number) =>
      (await replayed(events.map(line), engine, { until })).entries.filter(({ type }) => type === 'RestrictionEased')
        .length
    expect([await eased(), await eased(last + DAY - 1), await eased(last + DAY)]).toEqual([0, 0, 1])
    const other = scored('coding', last + DAY + 120_000, { accountId: 'z' })
    expect(
      (await replayed([...events, other].map(line), engine)).entries.filter(({ type }) => type === 'RestrictionEased'),
    ).toHaveLength(1)
    const earlier = scored('coding', last + DAY + 119_999, { accountId: 'z' })
    expect(
      (await replayed([...events, earlier].map(line), engine)).entries.filter(
        ({ type }) => type === 'RestrictionEased',
      ),
    ).toHaveLength(0)
  })

  it('passes over empty lines, reports each broken one once by its number, and goes on', async () => {
    const bytes = (text: string) => new TextEncoder().encode(text)
    const lines = [bytes(''), bytes('nonsense'), ...climb('a', 1).map(line), bytes('{"id":""}'), bytes('\r')]
    const { entries, broken, run } = await replayed(lines, engine)
    expect([broken, run.counts.broken, entries.length]).toEqual([[2, 23], 2, 3])
  })
})

describe('stored inputs', () => {
  it('are put back in their places: a live run with commands and ticks equals its replay', async () => {
    const live = new Account(engine, 'a')
    const stored = new Map<number, Input>()
    const enter = async (input: Input) => {
      await live.advance(input)
      stored.set(live.state.ordinal, input)
    }
    const events = climb('a', 3)
    for (const [index, event] of events.entries()) {
      await live.event(event)
      if (index === 19) {
        await enter({ kind: 'command', command: { type: 'LateNotice', commandAt: event.time + 2 * HOUR } })
        await enter({
          kind: 'command',
          command: {
            type: 'FileAppeal',
            violationId: live.violations[0]!.id,
            actor: 'gateway:web',
            commandAt: event.time,
          },
        })
        const appealId = live.state.enforcement.appeals[0]!.id
        await enter({
          kind: 'command',
          command: { type: 'ClaimAppeal', appealId, actor: 'support:mo', commandAt: event.time },
        })
        await enter({
          kind: 'command',
          command: {
            type: 'DecideAppeal',
            appealId,
            outcome: 'upheld',
            reason: 'no',
            actor: 'support:mo',
            commandAt: event.time,
          },
        })
      }
      if (index === 39) await enter({ kind: 'tick', at: event.time + DAY })
    }
    const { entries } = await replayed(events.map(line), engine, { inputs: new Map([['a', stored]]) })
    expect(entries).toEqual(live.entries)
  })

  it('that do not fit the log are refused with the account and the ordinal', async () => {
    const appeal: Input = {
      kind: 'command',
      command: { type: 'ClaimAppeal', appealId: 'apl_1', actor: 'support:mo', commandAt: START },
    }
    const replay = (ordinal: number, input: Input) =>
      replayed(climb('a', 1).map(line), engine, { inputs: new Map([['a', new Map([[ordinal, input]])]]) })
    await expect(replay(3, appeal)).rejects.toThrow('the command of ordinal 3 of account a is refused')
    await expect(replay(99, appeal)).rejects.toThrow(
      'account a has an input of ordinal 99, but the log brings it to 20 only',
    )
    await expect(replay(3, { kind: 'tick', at: START + HOUR })).rejects.toThrow('the tick of ordinal 3 has no effect')
  })

  it('bring a ban from before an erasure back, under the rules of its own time', async () => {
    const later = await engineWith(({ policy }) => {
      policy.noticeGraceMinutes = 61
    })
    const sets = [
      { rules: engine.rules, from: 0 },
      { rules: later.rules, from: START },
    ]
    const row = {
      ...{ kind: 'command', accountId: 'a', ordinal: 1 },
      command: { type: 'RememberBan', plan: 'pro', commandAt: new Date(START).toISOString() },
    }
    const { inputs } = await readStoredInputs('in.ndjson', JSON.stringify(row))
    const { entries, run } = await replayed(climb('a', 1).map(line), engine, { inputs, timeline: timelineOf(sets, []) })
    expect(entries.map(({ type, rulesVersion }) => [type, rulesVersion])).toEqual([
      ['RestrictionImposed', later.rules.version],
      ['NoticeIssued', later.rules.version],
    ])
    expect(run.accounts.get('a')!.enforcement.restriction.kind).toBe('ban')
  })

  it('are read from NDJSON, rule sets included', async () => {
    const { policy, detect, enforce, recover, notices } = await defaultDocuments()
    const documents = Object.fromEntries([
      ['policy.json', policy],
      ...(['detect', 'enforce', 'recover'] as const).flatMap((kind) =>
        ({ detect, enforce, recover })[kind].map((rule) => [`${kind}/${rule.name}.json`, rule]),
      ),
      ['notices/en.json', notices.en],
      ['notices/zh.json', notices.zh],
    ])
    const rows = [
      { kind: 'rules', effectiveFrom: '2026-11-02T09:00:00Z', documents },
      { kind: 'tick', accountId: 'a', ordinal: 4, at: '2026-11-03T00:00:00Z' },
      {
        kind: 'command',
        accountId: 'a',
        ordinal: 5,
        command: { type: 'ConfirmBan', reason: 'r', actor: 'support:mo', commandAt: '2026-11-03T00:00:00Z' },
      },
      { kind: 'rules_taken_up', accountId: 'a', ordinal: 4, effectiveFrom: '2026-11-02T09:00:00Z' },
    ]
    const stored = await readStoredInputs('in.ndjson', rows.map((row) => JSON.stringify(row)).join('\n'))
    expect(stored.sets.map(({ rules, from }) => [rules.version, from])).toEqual([[engine.rules.version, START]])
    expect([...stored.inputs.get('a')!.keys()]).toEqual([4, 5])
    await expect(
      readStoredInputs('in.ndjson', '\n{"kind":"tick","accountId":"a","ordinal":0,"at":"2026-11-03T00:00:00Z"}'),
    ).rejects.toThrow('in.ndjson:2 ordinal')
  })
})

describe('a rule set that takes force during the log', () => {
  it('judges what lies after it, and leaves to the old one what fell due before', async () => {
    const strict = await engineWith(({ detect }) => {
      const rule = detect.find(({ name }) => name === 'sustained-non-coding')!
      rule.conditions = { all: [{ fact: 'usage.1h.nonCodingDistinct', operator: 'greaterThanInclusive', value: 10 }] }
    })
    const events = climb('a', 2)
    const from = START + DAY
    const timeline = timelineOf(
      [
        { rules: engine.rules, from: 0 },
        { rules: strict.rules, from },
      ],
      [],
    )
    const { entries } = await replayed(events.map(line), engine, { timeline })
    const violations = entries.filter(({ type }) => type === 'ViolationRecorded')
    expect(violations.map(({ rulesVersion }) => rulesVersion)).toEqual([engine.rules.version, strict.rules.version])
    expect(violations.map(({ at }) => Date.parse(at))).toEqual([START + 19 * MINUTE, START + 2 * DAY + 9 * MINUTE])
  })

  it('decides nothing before it took force, whatever ticks and events lie between, and is not passed over between two inputs', async () => {
    const lifting = (minutes: number) =>
      engineWith(({ recover, policy }) => {
        policy.recovery.minMinutes = 0
        const rule = recover.find(({ name }) => name === 'quiet-week')!
        rule.conditions = { all: [{ fact: 'restriction.minutes', operator: 'greaterThanInclusive', value: minutes }] }
      })
    const later = await lifting(120)
    const sets = [
      { rules: engine.rules, from: 0 },
      { rules: later.rules, from: START + 5 * HOUR },
      { rules: engine.rules, from: START + 8 * HOUR },
    ]
    const end = scored('coding', START + 12 * HOUR, { accountId: 'a', id: 'end' })
    for (const between of [
      [],
      [START + HOUR],
      [START + 3 * HOUR],
      [START + 6 * HOUR],
      [START + HOUR, START + 9 * HOUR],
    ]) {
      const events = between.map((time) => scored('coding', time, { accountId: 'a', id: `at ${time}` }))
      const { entries } = await replayed([...climb('a', 1), ...events, end].map(line), engine, {
        timeline: timelineOf(sets, []),
      })
      const lifted = entries.filter(({ type }) => type === 'RestrictionLifted')
      expect(lifted.map(({ at, rulesVersion }) => [Date.parse(at), rulesVersion])).toEqual([
        [START + 5 * HOUR, later.rules.version],
      ])
    }
  })

  it('is no reason for a copy of an event to have an effect', async () => {
    const later = await engineWith(({ policy }) => {
      policy.noticeGraceMinutes = 61
    })
    const timeline = timelineOf(
      [
        { rules: engine.rules, from: 0 },
        { rules: later.rules, from: START + 9 * DAY },
      ],
      [],
    )
    const copy = { ...climb('a', 1)[19]!, time: START + 10 * DAY }
    const { entries, run } = await replayed([...climb('a', 1), copy].map(line), engine, { timeline, until: 0 })
    expect([entries.length, run.accounts.get('a')!.ordinal]).toEqual([3, 20])
  })

  it('is taken up with a later input by an account that was past it already', async () => {
    const off = await engineWith(({ detect }) => {
      for (const rule of detect) rule.status = 'off'
    })
    const at = (ordinal: number) =>
      timelineOf(
        [
          { rules: engine.rules, from: 0 },
          { rules: off.rules, from: START },
        ],
        [{ accountId: 'a', ordinal, effectiveFrom: START }],
      )
    const count = async (ordinal: number) =>
      (await replayed(climb('a', 1).map(line), engine, { timeline: at(ordinal) })).entries.length
    expect([await count(20), await count(21)]).toEqual([0, 3])
  })
})

import { describe, expect, it } from 'vitest'
import type { LedgerEntry } from '../src/account.ts'
import type { PersonCommand } from '../src/decide/commands.ts'
import { CommandRefused } from '../src/decide/refusal.ts'
import { Account, DAY, HOUR, MINUTE, START, scored } from './support/account.ts'
import { engineWith } from './support/engine.ts'

const engine = await engineWith()

/** An account after so many violations, each made as soon as the one before allows; and the time reached. */
async function afterViolations(count: number, on = engine): Promise<{ account: Account; now: number }> {
  const account = new Account(on)
  let now = START
  for (let i = 0; i < count; i++) {
    const { restriction, graceUntil } = account.state.enforcement
    now = Math.max(now, graceUntil, restriction.kind === 'suspension' ? (restriction.until ?? 0) : 0)
    now = await account.send('non_coding', 20, now)
  }
  return { account, now }
}

const last = <Type extends LedgerEntry['type']>(account: Account, type: Type) =>
  account.entries.findLast((entry) => entry.type === type) as Extract<LedgerEntry, { type: Type }>

describe('promise 1: no single request ever costs anything', () => {
  it('nineteen non-coding requests are nothing, the twentieth makes a violation', async () => {
    const account = new Account(engine)
    const now = await account.send('non_coding', 19, START)
    expect(account.entries).toEqual([])
    await account.send('non_coding', 1, now)
    expect(account.types()).toEqual(['ViolationRecorded', 'RestrictionImposed'])
  })

  it('unsure never counts against an account, and weakens the share', async () => {
    const account = new Account(engine)
    let now = await account.send('unsure', 200, START, 1000)
    now = await account.send('non_coding', 100, now, 1000)
    expect(account.entries).toEqual([])
  })

  it('what the gateway refused is only metered', async () => {
    const account = new Account(engine)
    for (let i = 0; i < 100; i++)
      expect((await account.event(scored('non_coding', START + i * 1000, { admitted: false }))).outcome).toBe('metered')
    expect(account.entries).toEqual([])
  })

  it('one prompt repeated by a stuck agent is one piece of evidence', async () => {
    const account = new Account(engine)
    for (let i = 0; i < 500; i++) await account.event(scored('non_coding', START + i * 1000, { fingerprint: 'again' }))
    expect(account.entries).toEqual([])
  })

  it('coding in between does not hide thirty non-coding requests that are half of a day; a smaller share does', async () => {
    const hidden = new Account(engine)
    const open = new Account(engine)
    for (let i = 0; i < 30; i++) {
      expect(hidden.entries).toEqual([])
      await hidden.send('coding', 1, START + i * 2 * MINUTE, MINUTE)
      await hidden.send('non_coding', 1, START + (i * 2 + 1) * MINUTE, MINUTE)
      await open.send(i % 2 === 0 ? 'coding' : 'unsure', 2, START + i * 2 * MINUTE, MINUTE / 4)
      await open.send('non_coding', 1, START + (i * 2 + 1) * MINUTE, MINUTE)
    }
    expect(hidden.violations).toMatchObject([{ rule: 'mixed-non-coding' }])
    expect(hidden.kind).toBe('throttle')
    expect(open.entries).toEqual([])
  })

  it('as much over a whole day, with fewer than twenty in any hour, is nothing', async () => {
    const account = new Account(engine)
    for (let hour = 0; hour < 12; hour++) {
      await account.send('coding', 5, START + hour * HOUR)
      await account.send('non_coding', 8, START + hour * HOUR + 5 * MINUTE)
    }
    expect(account.entries).toEqual([])
  })

  it('an exempt account is left alone until its exemption ends', async () => {
    const until = new Date(START + DAY).toISOString() // what happened before is not held against it afterwards either
    const account = new Account(
      await engineWith(({ policy }) => policy.exemptions.push({ accountId: 'dana', reason: 'our own tests', until })),
    )
    await account.send('non_coding', 100, START + DAY - 100 * MINUTE)
    const now = await account.send('non_coding', 19, START + DAY)
    expect(account.entries).toEqual([])
    await account.send('non_coding', 1, now)
    expect(account.violations).toHaveLength(1)
  })
})

describe('promise 2: evidence is spent once', () => {
  it('a burst of a thousand requests is one violation', async () => {
    const account = new Account(engine)
    await account.send('non_coding', 1000, START, 3000)
    expect(account.violations).toHaveLength(1)
  })

  it('what arrives in the grace is metered by its own time; the first request after it is evidence again', async () => {
    const { account } = await afterViolations(1)
    const { graceUntil } = account.state.enforcement
    expect(graceUntil).toBe(START + 19 * MINUTE + HOUR)
    expect((await account.event(scored('non_coding', graceUntil - 1))).outcome).toBe('metered')
    expect((await account.event(scored('non_coding', graceUntil))).outcome).toBe('evidence')
    expect((await account.event(scored('non_coding', graceUntil - 2))).outcome).toBe('metered')
  })

  it('a violation that was committed late starts its grace from that moment', async () => {
    const { account } = await afterViolations(1)
    const before = account.state
    const { entries } = await account.advance({
      kind: 'command',
      command: { type: 'LateNotice', commandAt: START + 5 * HOUR },
    })
    expect(entries).toEqual([])
    expect([account.state.ordinal - before.ordinal, account.state.enforcement.graceUntil]).toEqual([
      1,
      START + 6 * HOUR,
    ])
    await account.advance({ kind: 'command', command: { type: 'LateNotice', commandAt: START } })
    expect(account.state.enforcement.graceUntil).toBe(START + 6 * HOUR)
  })

  it('the usage facts start from zero, and the violation copies the last eight incidents', async () => {
    const { account } = await afterViolations(1)
    expect(account.state.usage).toHaveLength(0)
    expect(account.state.enforcement.evidence).toEqual([])
    expect(last(account, 'ViolationRecorded').violation.evidence).toHaveLength(8)
    expect(JSON.stringify(account.entries)).not.toContain('fingerprint')
  })
})

describe('promise 3: the ladder', () => {
  it('is a throttle, a suspension of 24 hours, a ban', async () => {
    const { account } = await afterViolations(3)
    const imposed = account.entries.flatMap((entry) => (entry.type === 'RestrictionImposed' ? [entry] : []))
    expect(imposed.map(({ restriction }) => restriction.kind)).toEqual(['throttle', 'suspension', 'ban'])
    const { at, restriction } = imposed[1]!
    expect(Date.parse(restriction.until!) - Date.parse(at)).toBe(DAY)
    expect(account.kind).toBe('ban')
  })

  it('a ban stays, whatever arrives and however long it lasts', async () => {
    const { account, now } = await afterViolations(3)
    await account.send('coding', 100, now + DAY)
    await account.tick(now + 300 * DAY)
    expect(account.kind).toBe('ban')
  })

  it('with bans held for review the account is suspended without end until support confirms', async () => {
    const hold = await engineWith(({ policy }) => {
      policy.banReview = 'hold'
    })
    const { account, now } = await afterViolations(3, hold)
    expect(account.types().slice(-3)).toEqual(['ViolationRecorded', 'BanProposed', 'RestrictionImposed'])
    expect(account.state.enforcement.restriction).toMatchObject({ kind: 'suspension', until: null })
    await account.tick(now + 100 * DAY)
    expect(account.kind).toBe('suspension')
    await account.command({ type: 'ConfirmBan', reason: 'seen', actor: 'support:mo', commandAt: now })
    expect(account.kind).toBe('ban')
    expect(last(account, 'NoticeIssued').notice).toMatchObject({ kind: 'banConfirmed', automated: false })
  })

  it('a declined ban voids the third violation and folds the ladder anew', async () => {
    const hold = await engineWith(({ policy }) => {
      policy.banReview = 'hold'
    })
    const { account, now } = await afterViolations(3, hold)
    await account.command({ type: 'DeclineBan', reason: 'a novel about code', actor: 'support:mo', commandAt: now })
    expect(account.violations.map(({ status }) => status)).toEqual(['active', 'active', 'voided'])
    expect(account.kind).toBe('throttle')
    await expect(
      account.command({ type: 'ConfirmBan', reason: 'too late', actor: 'support:mo', commandAt: now }),
    ).rejects.toThrow(CommandRefused)
  })
})

describe('promise 4: restrictions lift by themselves', () => {
  it('a throttle lifts once 20 of the last 25 are coding, nearly all of them, and half an hour has passed', async () => {
    const { account, now } = await afterViolations(1)
    const since = now - MINUTE
    await account.send('coding', 19, since + 40 * MINUTE, 1000)
    expect(account.kind).toBe('throttle')
    await account.send('coding', 1, since + 41 * MINUTE)
    expect(account.kind).toBe('none')
    expect(last(account, 'RestrictionLifted')).toMatchObject({
      reason: 'recovered',
      recovery: { rule: 'coding-resumed' },
    })
  })

  it('a throttle whose requests qualified early lifts at its 30th minute, not at the next request', async () => {
    const { account, now } = await afterViolations(1)
    await account.send('coding', 20, now, 1000)
    expect(account.kind).toBe('throttle')
    await account.tick(now + 5 * HOUR)
    expect(account.kind).toBe('none')
    expect(Date.parse(last(account, 'RestrictionLifted').at)).toBe(now - MINUTE + 30 * MINUTE)
    expect(account.state.time).toBe(now - MINUTE + 30 * MINUTE)
  })

  it('a few non-coding requests among the last 25 do not keep it, more do', async () => {
    const { account, now } = await afterViolations(1)
    let time = await account.send('non_coding', 3, now + 30 * MINUTE, 1000)
    time = await account.send('coding', 22, time, 1000)
    expect(account.kind).toBe('throttle') // 22 of 25 are 0.88
    await account.send('coding', 1, time, 1000)
    expect(account.kind).toBe('none') // 23 of the last 25 are 0.92
  })

  it('a throttle ends after seven days without a new violation, at that very moment', async () => {
    const { account, now } = await afterViolations(1)
    await account.tick(now - MINUTE + 7 * DAY - 1)
    expect(account.kind).toBe('throttle')
    await account.tick(now + 8 * DAY)
    expect(Date.parse(last(account, 'RestrictionLifted').at)).toBe(now - MINUTE + 7 * DAY)
  })

  it('a suspension becomes a throttle on probation at its end, however late that is seen, and lifts the same way', async () => {
    const { account, now } = await afterViolations(2)
    const until = now - MINUTE + DAY
    await account.send('coding', 1, until + 3 * HOUR)
    expect(last(account, 'RestrictionEased')).toMatchObject({ at: new Date(until).toISOString(), reason: 'term_ended' })
    expect(account.state.enforcement.restriction).toMatchObject({ kind: 'throttle', since: until, labels: 'c' })
    await account.send('coding', 19, until + 4 * HOUR)
    expect(account.kind).toBe('none')
  })

  it('what the gateway refused, what came while suspended, and what is older than the restriction neither harms nor helps', async () => {
    const { account, now } = await afterViolations(1)
    for (let i = 0; i < 30; i++) await account.event(scored('coding', now + HOUR + i, { admitted: false }))
    expect(account.state.enforcement.restriction).toMatchObject({ labels: '' })

    const suspended = (await afterViolations(2)).account
    const { time } = suspended.state
    for (let i = 0; i < 60; i++)
      expect((await suspended.event(scored('non_coding', time + HOUR + i * 1000))).outcome).toBe('metered')
    expect(suspended.state.usage).toHaveLength(0)
    expect(suspended.violations).toHaveLength(2)
    const until = time + DAY
    await suspended.event(scored('coding', until + MINUTE))
    expect((await suspended.event(scored('coding', until - MINUTE))).outcome).toBe('metered')
    expect(suspended.state.enforcement.restriction).toMatchObject({ kind: 'throttle', labels: 'c' })
  })
})

describe('promise 5: an overturn', () => {
  it('of the only violation gives everything back at once', async () => {
    const { account, now } = await afterViolations(1)
    await account.appeal(account.violations[0]!.id, 'overturned', now)
    expect(account.kind).toBe('none')
    expect(account.types().slice(-5)).toEqual([
      'AppealFiled',
      'AppealClaimed',
      'AppealDecided',
      'ViolationVoided',
      'RestrictionLifted',
    ])
    expect(account.entitlements.at(-1)).toMatchObject({ access: 'allow', reason: null })
  })

  it('of the second takes the account back to the throttle of the first, with the progress it had', async () => {
    const account = new Account(engine)
    let now = await account.send('non_coding', 20, START)
    now = await account.send('coding', 5, now)
    const throttle = account.state.enforcement.restriction
    now = await account.send('non_coding', 20, account.state.enforcement.graceUntil)
    expect(account.kind).toBe('suspension')
    await account.appeal(account.violations[1]!.id, 'overturned', now)
    const back = account.state.enforcement.restriction
    expect(back).toMatchObject({
      kind: 'throttle',
      since: (throttle as { since: number }).since,
      id: (throttle as { id: string }).id,
    })
    expect((back as { labels: string }).labels).toMatch(/^ccccc/)
  })

  it('does not bring back what recovery had lifted', async () => {
    const account = new Account(engine)
    let now = await account.send('non_coding', 20, START)
    now = await account.send('coding', 25, now + HOUR)
    expect(account.kind).toBe('none')
    now = await account.send('non_coding', 40, now + 2 * HOUR, 1000)
    expect(account.kind).toBe('suspension')
    await account.appeal(account.violations[1]!.id, 'overturned', now)
    expect(account.kind).toBe('none')
  })

  it('of the first of three turns a ban into the suspension of the third violation’s own time', async () => {
    const { account, now } = await afterViolations(3)
    const third = account.violations[2]!.at
    await account.appeal(account.violations[0]!.id, 'overturned', now)
    expect(account.state.enforcement.restriction).toMatchObject({
      kind: 'suspension',
      since: third,
      until: third + DAY,
    })
  })

  it('of a throttle rests it on what remains, from the earlier beginning, with the progress it has', async () => {
    const { account, now } = await afterViolations(2)
    const time = await account.send('coding', 10, now + DAY)
    const [first, second] = account.violations
    const before = account.state.enforcement.restriction
    expect(before).toMatchObject({ kind: 'throttle', cause: second!.id, labels: 'c'.repeat(10) })
    await account.appeal(second!.id, 'overturned', time)
    const after = account.state.enforcement.restriction
    expect(after).toMatchObject({ kind: 'throttle', cause: first!.id, since: first!.at, labels: 'c'.repeat(10) })
    expect(account.entitlements.at(-1)!.reason!.noticeId).toBe(last(account, 'NoticeIssued').notice.id)
    await account.tick(first!.at + 7 * DAY)
    expect(account.kind).toBe('none')
  })

  it('under a ladder that has become harsher since takes nothing more away', async () => {
    const { account, now } = await afterViolations(2)
    const time = await account.send('coding', 1, now + DAY)
    const harsher = await engineWith(({ enforce }) => {
      for (const rule of enforce)
        if (rule.name === 'first-violation') rule.event.params = { kind: 'suspension', hours: 1000 }
    })
    const appeal = { actor: 'support:mo', commandAt: time }
    const send = (command: object) =>
      account.advance({ kind: 'command', command: { ...appeal, ...command } as PersonCommand }, harsher)
    await send({ type: 'FileAppeal', violationId: account.violations[0]!.id })
    const appealId = account.state.enforcement.appeals[0]!.id
    await send({ type: 'ClaimAppeal', appealId })
    await send({ type: 'DecideAppeal', appealId, outcome: 'overturned', reason: 'wrong' })
    expect(account.kind).toBe('throttle')
  })

  it('of an idle account spares it for 30 days of the reviewer’s clock', async () => {
    const { account, now } = await afterViolations(1)
    await account.appeal(account.violations[0]!.id, 'overturned', now + 35 * DAY)
    await account.send('non_coding', 40, now + 36 * DAY)
    expect(account.kind).toBe('none')
  })

  it('of a violation whose category today’s rules do not know folds by the mildest answer, not by none', async () => {
    const { account, now } = await afterViolations(3)
    const renamed = await engineWith(({ detect }) => {
      for (const rule of detect) rule.event.params.category = 'misuse'
    })
    const send = (command: object) =>
      account.advance(
        { kind: 'command', command: { actor: 'support:mo', commandAt: now, ...command } as PersonCommand },
        renamed,
      )
    await send({ type: 'FileAppeal', violationId: account.violations[0]!.id })
    const appealId = account.state.enforcement.appeals[0]!.id
    await send({ type: 'ClaimAppeal', appealId })
    await send({ type: 'DecideAppeal', appealId, outcome: 'overturned', reason: 'wrong' })
    expect(account.kind).toBe('suspension')
  })

  it('spares the account that rule for 30 days', async () => {
    const { account, now } = await afterViolations(1)
    await account.appeal(account.violations[0]!.id, 'overturned', now)
    await account.send('non_coding', 60, now + 29 * DAY)
    expect(account.kind).toBe('none')
    await account.send('non_coding', 20, now + 32 * DAY)
    expect(account.kind).toBe('throttle')
  })

  it('spares it the rules that are pardoned with that one, too', async () => {
    const { account, now } = await afterViolations(1)
    await account.appeal(account.violations[0]!.id, 'overturned', now)
    const halfAndHalf = async (from: number) => {
      for (let i = 0; i < 60; i++) await account.send(i % 2 === 0 ? 'coding' : 'non_coding', 1, from + (i * MINUTE) / 2)
    }
    await halfAndHalf(now + 2 * DAY)
    expect(account.kind).toBe('none')
    await halfAndHalf(now + 32 * DAY)
    expect(account.kind).toBe('throttle')
    expect(account.violations.at(-1)).toMatchObject({ rule: 'mixed-non-coding' })
  })

  it('upheld changes nothing but the appeal', async () => {
    const { account, now } = await afterViolations(1)
    const { violations, restriction } = account.state.enforcement
    await account.appeal(violations[0]!.id, 'upheld', now)
    expect(account.state.enforcement).toMatchObject({ violations, restriction })
    expect(last(account, 'NoticeIssued').notice).toMatchObject({ kind: 'appealUpheld' })
  })

  it('is told with the day on which people acted, also where the account has been silent for weeks', async () => {
    const { account, now } = await afterViolations(1)
    await account.appeal(account.violations[0]!.id, 'overturned', Date.parse('2026-12-01T10:30:00.000Z'))
    const told = account.entries.flatMap((entry) => (entry.type === 'NoticeIssued' ? [entry] : []))
    expect(told.slice(1).map(({ notice }) => notice.kind)).toEqual([
      'appealFiled',
      'appealOverturned',
      'liftedByReviewer',
    ])
    for (const one of [told[1]!, told[3]!]) {
      expect(one.notice.statement.en.text).toMatch(/^On 2026-12-01 10:30 UTC /)
      expect(one.notice.statement.zh.text).toContain('2026-12-01 10:30 UTC')
      expect(Date.parse(one.at)).toBeLessThan(now)
    }
  })
})

describe('time and evidence', () => {
  it('a plan counts once it has been reported for ten minutes; the first counts at once', async () => {
    const account = new Account(engine)
    const send = (plan: 'lite' | 'max', minutes: number) =>
      account.event(scored('coding', START + minutes * MINUTE, { plan }))
    await send('lite', 0)
    await send('max', 1)
    await send('lite', 2)
    await send('max', 3)
    await send('max', 12)
    expect([account.state.plan.current, account.types()]).toEqual(['lite', []])
    await send('max', 13)
    expect([account.state.plan.current, account.types()]).toEqual(['max', ['PlanChanged']])
    expect(account.entitlements.at(-1)).toMatchObject({ plan: 'max', maxConcurrency: 8 })
  })

  it('a plan that only late events name never counts, and every change starts its ten minutes anew', async () => {
    const account = new Account(engine)
    const send = (plan: 'lite' | 'pro' | 'max', minutes: number) =>
      account.event(scored('coding', START + minutes * MINUTE, { plan }))
    await send('pro', 0)
    await send('max', 30)
    await send('lite', 29) // late, so not the latest
    await send('max', 40)
    expect(account.state.plan).toEqual({ current: 'max' })
    await send('lite', 41)
    await send('pro', 50)
    await send('pro', 52)
    expect(account.state.plan.current).toBe('max')
    await send('pro', 60)
    expect(account.state.plan.current).toBe('pro')
  })

  it('time alone makes neither a violation nor a change of plan', async () => {
    const account = new Account(engine)
    await account.event(scored('coding', START, { plan: 'lite' }))
    await account.send('non_coding', 19, START + MINUTE)
    await account.event(scored('coding', START + HOUR, { plan: 'max' }))
    const before = account.state
    await account.tick(START + 40 * DAY)
    expect(account.state).toBe(before)
  })

  it('a late event counts in its own bucket, and an event too late or seen before changes nothing at all', async () => {
    const account = new Account(engine)
    await account.event(scored('coding', START, { id: 'a' }))
    await account.event(scored('coding', START - 14 * MINUTE, { id: 'b' }))
    const { state } = account
    expect([state.ordinal, state.time]).toEqual([2, START])
    for (const [id, time] of [
      ['a', START],
      ['b', START - 14 * MINUTE],
      ['c', START - 15 * MINUTE - 1],
    ] as const) {
      await account.event(scored('non_coding', time, { id }))
      expect(account.state).toBe(state)
    }
  })

  it('an event beyond 4,096 remembered ids moves only time and ordinal', async () => {
    const account = new Account(engine)
    for (let i = 0; i < 4096; i++) await account.event(scored('coding', START + i, { id: `e${i}` }))
    const before = account.state
    const { outcome } = await account.event(scored('non_coding', START + 5000, { plan: 'max' }))
    expect(outcome).toBe('overflow')
    expect(account.state).toEqual({
      ...before,
      ordinal: before.ordinal + 1,
      time: START + 5000,
      seen: account.state.seen,
    })
  })

  it('a metered event moves ordinal, time, plan and session memory, and no usage', async () => {
    const { account, now } = await afterViolations(1)
    const before = account.state
    await account.event(scored('coding', now, { plan: 'max', sessionId: 's1' }))
    const { ordinal, time, plan, sessions, usage } = account.state
    expect([ordinal, time, plan.pending?.plan]).toEqual([before.ordinal + 1, now, 'max'])
    expect(sessions).not.toEqual(before.sessions)
    expect(usage).toBe(before.usage)
  })

  it('first what fell due is decided, then recovery, then the rules: one event may end a suspension and lift a throttle before it violates', async () => {
    const quick = await engineWith(({ detect, policy }) => {
      policy.noticeGraceMinutes = 0
      const [rule] = detect.filter(({ name }) => name === 'sustained-non-coding')
      rule!.conditions = { all: [{ fact: 'usage.1h.nonCodingDistinct', operator: 'greaterThanInclusive', value: 1 }] }
    })
    const account = new Account(quick)
    await account.send('non_coding', 2, START)
    expect(account.kind).toBe('suspension')
    await account.send('non_coding', 1, START + 9 * DAY)
    expect(account.types().slice(4)).toEqual([
      'RestrictionEased',
      'RestrictionLifted',
      'ViolationRecorded',
      'RestrictionImposed',
    ])
    const days = account.entries.flatMap(({ type, at }) =>
      type === 'NoticeIssued' ? [] : [Math.floor((Date.parse(at) - START) / DAY)],
    )
    expect(days.slice(4)).toEqual([1, 8, 9, 9])
  })

  it('a command acts at the account’s time and records the person’s clock', async () => {
    const { account } = await afterViolations(1)
    const { time } = account.state
    await account.command({
      type: 'FileAppeal',
      violationId: account.violations[0]!.id,
      actor: 'gateway:web',
      commandAt: time + 3 * DAY,
    })
    const filed = last(account, 'AppealFiled')
    expect([filed.at, filed.commandAt, filed.actor]).toEqual([
      new Date(time).toISOString(),
      new Date(time + 3 * DAY).toISOString(),
      'gateway:web',
    ])
    expect(account.state.time).toBe(time)
  })

  it('a shadow rule is recorded beside the ledger, once until it stops holding', async () => {
    const account = new Account(engine)
    for (let i = 0; i < 80; i++) await account.event(scored('coding', START + i * MINUTE, { client: 'curl/8.9.1' }))
    expect([account.entries, account.shadow.map(({ match }) => match.rule)]).toEqual([[], ['unsupported-client']])
    for (let i = 0; i < 80; i++)
      await account.event(scored('coding', START + 2 * DAY + i * MINUTE, { client: 'curl/8.9.1' }))
    expect(account.shadow).toHaveLength(2)
  })

  it('versions of the entitlement grow by one with every change and say why', async () => {
    const { account } = await afterViolations(3)
    expect(account.entitlements.map(({ version, access }) => `${version} ${access}`)).toEqual([
      '1 allow',
      '2 throttle',
      '3 suspend',
      '4 throttle',
      '5 ban',
    ])
    expect(account.entitlements[1]).toMatchObject({
      maxConcurrency: 1,
      requestsPerMinute: 10,
      reason: { code: 'non_coding_use' },
    })
    const notices = account.entries.flatMap((entry) => (entry.type === 'NoticeIssued' ? [entry.notice.id] : []))
    expect(account.entitlements.slice(1).map(({ reason }) => reason?.noticeId)).toEqual(notices)
  })

  it('under new rules a copy, or a tick that decides nothing, changes nothing; the next event brings what they grant', async () => {
    const account = new Account(engine)
    const event = scored('coding', START, { id: 'a' })
    await account.event(event)
    const generous = await engineWith(({ policy }) => {
      policy.plans.pro.concurrency = 6
    })
    const before = account.state
    await account.advance({ kind: 'event', event }, generous)
    await account.advance({ kind: 'tick', at: START + DAY }, generous)
    expect([account.state, account.entitlements.length]).toEqual([before, 1])
    await account.advance({ kind: 'event', event: scored('coding', START + MINUTE) }, generous)
    expect(account.entitlements.at(-1)).toMatchObject({
      version: 2,
      maxConcurrency: 6,
      rulesVersion: generous.rules.version,
    })
  })

  it('a new rule set that lifts sooner lifts what an old one had left in force, at its next tick', async () => {
    const { account, now } = await afterViolations(1)
    await account.send('coding', 20, now, 1000)
    const milder = await engineWith((documents) => {
      documents.policy.recovery.minMinutes = 5
      for (const rule of documents.recover) {
        const leaf =
          'all' in rule.conditions &&
          rule.conditions.all.find((one) => 'fact' in one && one.fact === 'restriction.minutes' && one.value === 30)
        if (leaf && 'value' in leaf) leaf.value = 5
      }
    })
    const from = now + 10 * MINUTE
    await account.advance({ kind: 'tick', at: from + MINUTE }, { ...milder, from })
    expect(Date.parse(last(account, 'RestrictionLifted').at)).toBe(from)
  })
})

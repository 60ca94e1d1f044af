import { beforeEach, describe, expect, it } from 'vitest'
import { Account, DAY, HOUR, MINUTE, START, scored } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'

const engine = await engineWith()
const remember = (account: Account, at = START) =>
  account.advance({ kind: 'command', command: { type: 'RememberBan', plan: 'max', commandAt: at } })

describe('an account that was banned, was erased, and comes back', () => {
  let account: Account
  beforeEach(async () => {
    account = new Account(engine)
    await remember(account)
    await account.event(scored('coding', START, { plan: 'max' }))
  })

  it('is banned before its first event counts, and told so by one statement and one entitlement', async () => {
    expect(account.entries).toMatchObject([
      {
        ...{ seq: 1, at: new Date(START).toISOString(), actor: 'system', type: 'RestrictionImposed' },
        restriction: { kind: 'ban', cause: account.violations[2]!.id },
        carriedOver: { plan: 'max', violations: account.violations.map(({ id }) => id) },
      },
      { seq: 2, type: 'NoticeIssued', notice: { kind: 'banRemembered', automated: true } },
    ])
    expect(account.entitlements).toMatchObject([
      { version: 1, plan: 'max', access: 'ban', maxConcurrency: 0, reason: { code: 'carried_over' } },
    ])
    expect([account.state.ordinal, account.state.time]).toEqual([2, START])
  })

  it('has three violations of which nothing is said, and its traffic is only metered', async () => {
    expect(account.violations).toHaveLength(3)
    for (const violation of account.violations)
      expect(violation).toMatchObject({ rule: 'carried_over', status: 'active', leaves: [], incidents: { count: 0 } })
    for (let i = 0; i < 60; i++)
      expect((await account.event(scored('non_coding', START + i * MINUTE))).outcome).toBe('metered')
    expect([account.kind, account.violations.length]).toEqual(['ban', 3])
  })

  it('is told in both languages that the ban goes on, what is kept, and how to appeal', () => {
    const entry = account.entries[1]!
    const { en, zh } = entry.type === 'NoticeIssued' ? entry.notice.statement : expect.unreachable()
    expect(en.title).toBe('Your account is still banned')
    expect(en.text).toContain(`appeal within 90 days and quote ${account.violations[2]!.id}`)
    expect(zh.text).toContain('申诉成功即完全解除封禁')
    expect(`${en.text} ${zh.text}`).not.toMatch(/[{}]|undefined|NaN/)
  })

  it.each([0, 1, 2])('is whole again when an appeal against violation %i is won: all three go', async (which) => {
    await account.appeal(account.violations[which]!.id, 'overturned', START + HOUR)
    expect([account.kind, account.state.enforcement.graceUntil, account.state.enforcement.pardons]).toEqual([
      'none',
      0,
      [],
    ])
    expect(account.violations.map(({ status }) => status)).toEqual(['voided', 'voided', 'voided'])
    expect(account.types().slice(-5)).toEqual([
      'AppealDecided',
      'ViolationVoided',
      'ViolationVoided',
      'ViolationVoided',
      'RestrictionLifted',
    ])
    expect(account.entitlements.at(-1)).toMatchObject({ version: 2, access: 'allow', reason: null })
    await account.send('non_coding', 20, START + 2 * HOUR)
    expect(account.kind).toBe('throttle') // the first rung, and not a ban at once
  })

  it('stays banned when the appeal is lost, and is told without details that nobody has', async () => {
    await account.appeal(account.violations[2]!.id, 'upheld', START + HOUR)
    expect(account.kind).toBe('ban')
    const last = account.entries.at(-1)!
    const { text } = last.type === 'NoticeIssued' ? last.notice.statement.en : expect.unreachable()
    expect(text).toContain('What was seen: a ban from before the record was erased.')
  })

  it('does not see its ban end by time', async () => {
    await account.tick(START + 400 * DAY)
    expect(account.kind).toBe('ban')
  })

  it('has no second ban to remember', async () => {
    const before = account.state
    await expect(remember(account, START + DAY)).rejects.toMatchObject({ reason: 'account_known' })
    expect(account.state).toBe(before)
  })
})

it('a ban that goes on is not held for review: it was decided before', async () => {
  const account = new Account(
    await engineWith(({ policy }) => {
      policy.banReview = 'hold'
    }),
  )
  await remember(account)
  expect([account.kind, account.types()]).toEqual(['ban', ['RestrictionImposed']])
})

it('the same return gives the same ids, a later one others', async () => {
  const [one, same, later] = [new Account(engine), new Account(engine), new Account(engine)]
  await remember(one)
  await remember(same)
  await remember(later, START + 1)
  expect(same.entries).toEqual(one.entries)
  expect(later.violations[0]!.id).not.toBe(one.violations[0]!.id)
})

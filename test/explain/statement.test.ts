import { describe, expect, it } from 'vitest'
import type { Notice } from '../../src/explain/notice.ts'
import { Account, DAY, HOUR, START } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'

const engine = await engineWith()
const noticesOf = (account: Account): Notice[] =>
  account.entries.flatMap((entry) => (entry.type === 'NoticeIssued' ? [entry.notice] : []))

async function climbed(): Promise<Account> {
  const account = new Account(engine)
  await account.send('non_coding', 20, START)
  await account.send('non_coding', 20, START + 2 * HOUR)
  await account.send('non_coding', 20, START + 2 * DAY)
  return account
}

describe('a statement of reasons', () => {
  it('says what was seen, against which thresholds, when, under which rule and clause, that it was automated, and how to appeal', async () => {
    const account = await climbed()
    const [throttle] = noticesOf(account)
    const { en, zh } = throttle!.statement
    for (const seen of [
      'non-coding requests in the last hour: 20 (threshold 20)',
      'different non-coding texts in the last hour: 20 (threshold 10)',
      'share of non-coding requests in the last hour: 100 % (threshold 60 %)',
      'The last 8 such requests arrived between 2026-11-02 09:12 UTC and 2026-11-02 09:19 UTC',
      'The plan is for coding only',
      'decided automatically by the rule "sustained-non-coding"',
      account.violations[0]!.id,
      '20 of your last 25 judged requests are coding, at least 90 % of them, and 30 minutes have passed (so far 0 of 0)',
      'appeal within 90 days',
      'at most 1 request(s) at a time and 10 a minute',
    ])
      expect(en.text).toContain(seen)
    for (const seen of [
      '过去 1 小时非编程请求数：20（阈值 20）',
      '占比：100 %（阈值 60 %）',
      '自动作出',
      'sustained-non-coding',
      account.violations[0]!.id,
      '90 天内申诉',
    ])
      expect(zh.text).toContain(seen)
    expect(throttle).toMatchObject({ automated: true, kind: 'throttle', violationId: account.violations[0]!.id })
  })

  it('of a suspension says how long it lasts and what follows', async () => {
    const suspension = noticesOf(await climbed())[1]!
    expect(suspension.statement.en.title).toBe('Your account is suspended until 2026-11-03 11:19 UTC')
    expect(suspension.statement.en.text).toContain('suspended for 24 hours')
    expect(suspension.statement.zh.text).toContain('暂停使用 24 小时')
  })

  it('of probation names the violation that it goes back to', async () => {
    const account = await climbed()
    const probation = noticesOf(account).find(({ kind }) => kind === 'probation')!
    expect(probation.statement.en.text).toContain(account.violations[1]!.id)
    expect(probation.statement.en.text).toContain('Your suspension ended on 2026-11-03 11:19 UTC')
  })

  it('of a recovery says what it was decided on', async () => {
    const account = new Account(engine)
    await account.send('non_coding', 20, START)
    await account.send('coding', 30, START + HOUR)
    const recovered = noticesOf(account).at(-1)!
    expect(recovered.kind).toBe('recovered')
    expect(recovered.statement.en.text).toContain(
      'coding among the judged requests: 20 (threshold 20); share of coding: 100 % (threshold 90 %)',
    )
    expect(recovered.statement.en.text).toContain('"coding-resumed"')
  })

  it('of a ban says that only an appeal ends it', async () => {
    const ban = noticesOf(await climbed()).at(-1)!
    expect(ban.statement.en.text).toContain('A ban does not end by itself.')
    expect(ban.statement.zh.text).toContain('封禁不会自动解除')
  })

  it('names every condition that condemned, also where the rule says what must not be', async () => {
    const inside = await engineWith(({ detect }) => {
      const rule = detect.find(({ name }) => name === 'sustained-non-coding')!
      const less = (fact: string, value: number) => ({ fact, operator: 'lessThan' as const, value })
      rule.conditions = { not: { any: [less('usage.1h.nonCoding', 20), less('usage.1h.nonCodingDistinct', 10)] } }
    })
    const account = new Account(inside)
    await account.send('non_coding', 20, START)
    const { text } = noticesOf(account)[0]!.statement.en
    expect(text).toContain(
      'non-coding requests in the last hour: 20 (threshold 20); different non-coding texts in the last hour: 20 (threshold 10)',
    )
  })

  it('of an eased restriction says what remains, how long, and what ends it', async () => {
    const account = await climbed()
    await account.appeal(account.violations[0]!.id, 'overturned', account.state.time)
    const suspended = noticesOf(account).at(-1)!
    expect(suspended.kind).toBe('easedToSuspension')
    expect(suspended.statement.en.text).toContain('now suspended until 2026-11-05 09:19 UTC')
    await account.appeal(account.violations[1]!.id, 'overturned', account.state.time)
    await account.appeal(account.violations[2]!.id, 'overturned', account.state.time)
    expect(
      noticesOf(account)
        .map(({ kind }) => kind)
        .slice(-2),
    ).toEqual(['appealOverturned', 'liftedByReviewer'])
    const throttled = noticesOf(account).find(({ kind }) => kind === 'easedToThrottle')!
    expect(throttled.statement.en.text).toContain('20 of your last 25 judged requests are coding')
    expect(throttled.statement.zh.text).toContain('现仅被限速')
  })

  it('never mentions a dollar pattern or a brace from a reviewer as anything but text', async () => {
    const account = new Account(engine)
    await account.send('non_coding', 20, START)
    const { id } = account.violations[0]!
    await account.command({ type: 'FileAppeal', violationId: id, actor: 'gateway:web', commandAt: START })
    const appealId = account.state.enforcement.appeals[0]!.id
    await account.command({ type: 'ClaimAppeal', appealId, actor: 'support:mo', commandAt: START })
    await account.command({
      type: 'DecideAppeal',
      appealId,
      outcome: 'upheld',
      reason: '$& {rule} $1',
      actor: 'support:mo',
      commandAt: START,
    })
    expect(noticesOf(account).at(-1)!.statement.en.text).toContain("The reviewer's reason: $& {rule} $1")
  })
})

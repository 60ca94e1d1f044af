import { beforeEach, describe, expect, it } from 'vitest'
import type { PersonCommand } from '../../src/decide/commands.ts'
import { Account, DAY, HOUR, MINUTE, START, scored } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'

const engine = await engineWith()
let account: Account
let violationId: string

beforeEach(async () => {
  account = new Account(engine)
  await account.send('non_coding', 20, START)
  violationId = account.violations[0]!.id
})

const file = (commandAt = START): PersonCommand => ({
  type: 'FileAppeal',
  violationId,
  actor: 'gateway:web',
  commandAt,
})
const claim = (actor: string, commandAt = START): PersonCommand => ({
  type: 'ClaimAppeal',
  appealId: appealId(),
  actor,
  commandAt,
})
const decision = (actor: string, outcome: 'upheld' | 'overturned' = 'upheld'): PersonCommand => ({
  type: 'DecideAppeal',
  appealId: appealId(),
  outcome,
  reason: 'read it',
  actor,
  commandAt: START,
})
const appealId = () => account.state.enforcement.appeals.at(-1)?.id ?? 'apl_none'

/** Nothing is changed, and the reason is the one expected. */
async function refused(command: PersonCommand, reason: string): Promise<void> {
  const before = account.state
  await expect(account.command(command)).rejects.toMatchObject({ reason, code: 'command_refused' })
  expect(account.state).toBe(before)
}

describe('an appeal', () => {
  it('is filed against a violation of the account only', async () => {
    await refused({ ...file(), violationId: 'vio_of_somebody' } as PersonCommand, 'unknown_violation')
  })

  it('is one at a time for a violation; a decided one may be followed by another', async () => {
    await account.command(file())
    await refused(file(), 'appeal_open')
    await account.command(claim('support:mo'))
    await refused(file(), 'appeal_open')
    await account.command(decision('support:mo'))
    const first = appealId()
    await account.command(file())
    expect(appealId()).not.toBe(first)
  })

  it('is filed within 90 days of the violation by the person’s clock', async () => {
    const { at } = account.violations[0]!
    await refused(file(at + 90 * DAY + 1), 'appeal_window_over')
    await account.command(file(at + 90 * DAY))
  })

  it('is claimed by one reviewer until the lease ends, who may renew it', async () => {
    await account.command(file())
    await account.command(claim('support:mo'))
    await refused(claim('support:li', START + 30 * MINUTE - 1), 'appeal_claimed_by_other')
    await account.command(claim('support:mo', START + 20 * MINUTE))
    await refused(claim('support:li', START + 40 * MINUTE), 'appeal_claimed_by_other')
    await account.command(claim('support:li', START + 50 * MINUTE))
    await refused(decision('support:mo'), 'appeal_claimed_by_other')
  })

  it('is given back by who claimed it, and is then anyone’s', async () => {
    const release = (actor: string): PersonCommand => ({
      ...{ type: 'ReleaseAppeal', appealId: appealId(), actor, commandAt: START },
    })
    await account.command(file())
    await refused(release('support:mo'), 'appeal_not_claimed')
    await account.command(claim('support:mo'))
    await refused(release('support:li'), 'appeal_claimed_by_other')
    await account.command(release('support:mo'))
    await refused(decision('support:mo'), 'appeal_not_claimed')
    await account.command(claim('support:li'))
    await account.command(decision('support:li'))
    await refused(release('support:li'), 'appeal_decided')
  })

  it('is decided by who claimed it, once', async () => {
    await account.command(file())
    await refused(decision('support:mo'), 'appeal_not_claimed')
    await account.command(claim('support:mo'))
    await account.command(decision('support:mo', 'overturned'))
    await refused(decision('support:mo'), 'appeal_decided')
    await refused(claim('support:li', START + DAY), 'appeal_decided')
    await refused(file(), 'violation_not_active')
  })

  it('that nobody filed cannot be claimed', async () => {
    await refused(claim('support:mo'), 'unknown_appeal')
  })

  it('is told to the holder when it is filed and when it is decided', async () => {
    await account.appeal(violationId, 'overturned', START + HOUR)
    const kinds = account.entries.flatMap((entry) => (entry.type === 'NoticeIssued' ? [entry.notice.kind] : []))
    expect(kinds).toEqual(['throttle', 'appealFiled', 'appealOverturned', 'liftedByReviewer'])
  })
})

it('violations age out only if policy says so: then an old one no longer counts towards the ladder', async () => {
  const aging = await engineWith(({ policy }) => {
    policy.violations.expireDays = 60
  })
  const [kept, aged] = [new Account(engine), new Account(aging)]
  for (const one of [kept, aged]) {
    await one.send('non_coding', 20, START)
    await one.send('non_coding', 20, START + 61 * DAY)
  }
  expect([kept.kind, aged.kind]).toEqual(['suspension', 'throttle'])
  expect(aged.violations.map(({ status }) => status)).toEqual(['expired', 'active'])
})

it('the state machine refuses a ban at two and imposes one at three, whatever a file says', async () => {
  const broken = await engineWith((documents) => {
    for (const rule of documents.enforce) {
      if (rule.name === 'second-violation') rule.event.params = { kind: 'ban' }
      if (rule.name === 'third-violation') rule.event.params = { kind: 'throttle' }
    }
  })
  const one = new Account(broken)
  await one.send('non_coding', 20, START)
  await one.send('non_coding', 40, START + 2 * HOUR)
  expect(one.kind).toBe('suspension')
  await one.send('non_coding', 20, START + 2 * DAY)
  expect(one.kind).toBe('ban')
})

it('ids derive from their cause: the same history gives the same ids, another account others', async () => {
  const [one, same, other] = [new Account(engine), new Account(engine), new Account(engine, 'someone-else')]
  for (const each of [one, same, other])
    for (let i = 0; i < 20; i++)
      await each.event(scored('non_coding', START + i, { id: `e${i}`, accountId: each.state.accountId }))
  expect(same.entries).toEqual(one.entries)
  expect(other.violations[0]!.id).not.toBe(one.violations[0]!.id)
})

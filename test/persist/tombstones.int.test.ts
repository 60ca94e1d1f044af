import { afterEach, beforeEach, expect, it } from 'vitest'
import { transaction } from '../../src/db.ts'
import { eraseAccount } from '../../src/persist/erasure.ts'
import { giveCursors, readFeed } from '../../src/persist/outbox.ts'
import { type PublishingLead, takePublishingLead } from '../../src/persist/publishingLead.ts'
import { deleteExpiredTombstones, readForTopic } from '../../src/persist/tombstones.ts'
import { HOUR, START, scored } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'
import { describeDatabase } from '../support/postgres.ts'
import { testService } from '../support/service.ts'
import { rowsWith } from '../support/wholeDatabase.ts'

const engine = await engineWith()
const ADA = 'ada.lovelace@example.com'
const BO = 'grace.hopper@example.com'

describeDatabase('tombstones', () => {
  let service: Awaited<ReturnType<typeof testService>>
  let lead: PublishingLead | undefined
  beforeEach(async () => {
    service = await testService(engine)
    await service.commit([ADA, BO].map((accountId) => scored('coding', START, { accountId })))
    await relay()
  })
  afterEach(async () => {
    await lead?.close()
    lead = undefined
    await service.close()
  })

  const relay = () => transaction(service.db, (tx) => giveCursors(tx, 1000))
  const seen = (accountId: string) => service.commit([scored('coding', START + HOUR, { accountId })])
  const erase = (accountId: string) =>
    transaction(service.db, (tx) => eraseAccount(tx, accountId, { by: 'test', reason: 'asked for it', key: undefined }))
  const publish = async () => {
    lead = await takePublishingLead(service.db)
    return lead!.published(['entitlements'])
  }
  const behind = async (since: number) =>
    (await readForTopic(service.db, since, 100)).map((one) => [one.accountId, one.entitlement?.version])

  it('are not kept where nobody ever published', async () => {
    await erase(ADA)
    expect(await behind(0)).toEqual([[BO, 1]])
    expect(await rowsWith(service.db, [ADA])).toEqual([])
  })

  it('come behind all that could be read of the account, and before what it does next', async () => {
    expect(await publish()).toEqual([0])
    const last = (await readFeed(service.db, 0, 100)).at(-1)!.cursor
    await erase(ADA)
    await seen(ADA)
    await erase(ADA)
    await seen(ADA)
    await relay()
    expect(await behind(last)).toEqual([
      [ADA, undefined],
      [ADA, undefined],
      [ADA, 1],
    ])
    const cursors = (await readForTopic(service.db, 0, 100)).map(({ cursor }) => cursor)
    expect(cursors).toEqual([...new Set(cursors)].sort((a, b) => a - b))
    expect(await readForTopic(service.db, 0, 2)).toHaveLength(2)
  })

  it('go when they are on the topic, and no cursor of theirs is given out again', async () => {
    await publish()
    await erase(ADA)
    const [tombstone] = (await readForTopic(service.db, 0, 100)).filter(({ entitlement }) => entitlement === null)
    expect(await behind(tombstone!.cursor)).toEqual([])
    expect(await rowsWith(service.db, [ADA])).toEqual([])
    await erase(BO)
    await seen('cy')
    await relay()
    expect(await behind(tombstone!.cursor)).toEqual([
      [BO, undefined],
      ['cy', 1],
    ])
  })

  it('go after thirty days, published or not', async () => {
    await publish()
    await erase(ADA)
    await deleteExpiredTombstones(service.db)
    expect(await rowsWith(service.db, [ADA])).toHaveLength(1)
    await service.db.query("update tombstones set buried_at = now() - interval '31 days'")
    await deleteExpiredTombstones(service.db)
    expect(await rowsWith(service.db, [ADA])).toEqual([])
  })

  it('that nobody needs: who begins to publish while an account is erased reads nothing of it', async () => {
    let beginning: Promise<number[]> | undefined
    await transaction(service.db, async (tx) => {
      await eraseAccount(tx, ADA, { by: 'test', reason: 'asked for it', key: undefined })
      beginning = publish()
      const waits = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
      await expect.poll(async () => (await service.db.query(waits)).rowCount, { timeout: 30_000 }).toBe(1)
    })
    expect(await beginning).toEqual([0])
    expect(await behind(0)).toEqual([[BO, 1]])
  })
})

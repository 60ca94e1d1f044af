import { afterEach, beforeEach, expect, it } from 'vitest'
import { transaction } from '../../src/db.ts'
import { giveAllCursors } from '../../src/persist/cursors.ts'
import { outboxAge } from '../../src/persist/outbox.ts'
import { START, scored } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'
import { describeDatabase } from '../support/postgres.ts'
import { testService } from '../support/service.ts'

const engine = await engineWith()

describeDatabase('what waits to be told', () => {
  let service: Awaited<ReturnType<typeof testService>>
  beforeEach(async () => {
    service = await testService(engine)
  })
  afterEach(() => service.close())

  it('is as old as its oldest change, until that has a cursor and, beside Kafka, is on its topic', async () => {
    const { db } = service
    const ages = async () => [await outboxAge(db, undefined, 100), await outboxAge(db, 'out', 100)].map(Math.round)
    expect(await ages()).toEqual([0, 0])
    await service.commit(['ada', 'bo'].map((accountId) => scored('coding', START, { accountId })))
    await db.query(`update outbox set written_at = now() - interval '1 hour' where account_id = 'ada'`)
    const hour = expect.closeTo(3600, -2)
    expect(await ages()).toEqual([hour, hour])
    await transaction(db, (tx) => giveAllCursors(tx, 100))
    expect(await ages()).toEqual([0, hour])
    await db.query(`insert into published values ('out', 2)`)
    expect(await ages()).toEqual([0, 0])
  })
})

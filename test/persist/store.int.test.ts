import { afterEach, beforeEach, expect, it } from 'vitest'
import type { AccountCommit, AccountState } from '../../src/account.ts'
import { readPosition } from '../../src/persist/due.ts'
import { arrive, type SeenIds } from '../../src/window/seen.ts'
import { MINUTE, START, scored } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'
import { describeDatabase } from '../support/postgres.ts'
import { testService } from '../support/service.ts'

const engine = await engineWith()

describeDatabase('the store', () => {
  let service: Awaited<ReturnType<typeof testService>>
  beforeEach(async () => {
    service = await testService(engine)
  })
  afterEach(() => service.close())

  it('leaves an account alone that somebody else has changed, writes the others, and lets the position wait', async () => {
    const { accounts } = service.committing
    await service.commit(['ada', 'bo'].map((accountId) => scored('coding', START, { accountId })))
    const before = await accounts.load(['ada', 'bo'])
    await service.commit([scored('coding', START + 1000, { accountId: 'ada' })])

    const commits = ['ada', 'bo'].map((id): AccountCommit => {
      const stored = before.get(id)!
      const after: AccountState = { ...stored.state, time: START + 5000 }
      return { before: stored, after, outcomes: [], inputs: [], dueAt: undefined }
    })
    const position = { source: 'test', greatestTime: START + 9000 }
    expect(await accounts.save(commits, 0, position)).toEqual(new Set(['ada']))
    const times = async () => [...(await accounts.load(['ada', 'bo'])).values()].map(({ state }) => state.time)
    expect(await times()).toEqual([START + 1000, START + 5000])
    expect((await readPosition(service.db, 'test'))?.greatestTime).toBe(START + 1000)

    const again = { ...commits[0]!, before: (await accounts.load(['ada'])).get('ada')! }
    expect(await accounts.save([again], 0, position)).toEqual(new Set())
    expect(await times()).toEqual([START + 5000, START + 5000])
    expect((await readPosition(service.db, 'test'))?.greatestTime).toBe(START + 9000)
  })
  it('remembers the ids of the last slots as the state does: those that came are appended, old slots go', async () => {
    // Every third one lies seven minutes back, in a slot that is there already.
    const events = Array.from({ length: 40 }, (_, i) =>
      scored('coding', START + (i - (i % 3 === 2 ? 7 : 0)) * MINUTE, { accountId: 'ada' }),
    )
    let seen: SeenIds = []
    let time = 0
    for (const some of [events.slice(0, 1), events.slice(1, 9), events.slice(9, 38), events.slice(38)]) {
      await service.commit(some)
      for (const event of some) {
        const arrival = arrive(seen, event.id, event.time, time)
        if (arrival.kind === 'new') seen = arrival.seen
        time = Math.max(time, event.time)
      }
      const { state } = (await service.committing.accounts.load(['ada'])).get('ada')!
      expect(state.seen).toEqual([...seen].sort((a, b) => a.slot - b.slot))
    }
    const known = await service.db.query('select from account_ids')
    expect(known.rowCount).toBe(seen.length)
    expect(seen.length).toBeGreaterThan(2)
  })
})

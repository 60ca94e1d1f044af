import { afterEach, beforeEach, expect, it } from 'vitest'
import type { AccountCommit, AccountState } from '../../src/account.ts'
import { readPosition } from '../../src/persist/due.ts'
import { START, scored } from '../support/account.ts'
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
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { MINUTE, START, scored } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'
import { describeDatabase } from '../support/postgres.ts'
import { lanekeeper } from '../support/run.ts'
import { testService } from '../support/service.ts'

const engine = await engineWith()

/** Requests that throttle an account. */
const violating = (accountId: string) =>
  Array.from({ length: 20 }, (_, i) => scored('non_coding', START + i * MINUTE, { accountId, id: `e${i}` }))

const UNKNOWN = 'lanekeeper: nothing is known of an account nobody. Give its id as the gateway sends it.\n'

describeDatabase('lanekeeper accounts show', () => {
  let service: Awaited<ReturnType<typeof testService>>
  beforeAll(async () => {
    service = await testService(engine)
    await service.commit(violating('ada'))
  })
  afterAll(() => service.close())

  const show = (...args: string[]) => lanekeeper(['accounts', 'show', ...args], { env: { DATABASE_URL: service.url } })

  it('tells what is in force, why, and how it recovers, and puts the reading on record', async () => {
    const { stdout, code } = await show('ada')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ada, plan pro: throttle since /)
    expect(stdout).toContain('recovery: 0 of the last 0 judged requests')
    expect(stdout).toMatch(/violations\n {2}vio_\w+ active, .*rule sustained-non-coding: /)
    expect(stdout).toMatch(/decisions\n {2}.*ada throttled: 20 of 20 requests of the last hour/)
    const { rows } = await service.db.query('select account_id, key_id, what from evidence_access')
    expect(rows).toEqual([{ account_id: 'ada', key_id: 'cli', what: 'summary' }])
  })

  it('gives the same to machines', async () => {
    const { accountId, restriction, timeline } = JSON.parse((await show('ada', '--json')).stdout)
    expect([accountId, restriction.kind]).toEqual(['ada', 'throttle'])
    expect(timeline.map(({ type }: { type: string }) => type)).toContain('ViolationRecorded')
  })

  it('of an account that nobody knows it says so in one line', async () => {
    const { stderr, code } = await show('nobody')
    expect([stderr, code]).toEqual([UNKNOWN, 1])
  })
})

describeDatabase('lanekeeper ledger --account', () => {
  let service: Awaited<ReturnType<typeof testService>>
  beforeAll(async () => {
    service = await testService(engine)
    await service.commit(['ada', 'bo'].flatMap(violating))
  })
  afterAll(() => service.close())

  const read = (what: string, account: string) =>
    lanekeeper(['ledger', what, '--account', account], { env: { DATABASE_URL: service.url } })

  it('gives what is of that account, and puts the reading on record', async () => {
    const lines = (await read('export', 'ada')).stdout.trim().split('\n')
    expect(new Set(lines.map((line) => JSON.parse(line).accountId))).toEqual(new Set(['ada']))
    expect((await read('inputs', 'ada')).code).toBe(0)
    const { rows } = await service.db.query('select account_id, key_id, what from evidence_access order by access_id')
    expect(rows).toEqual(['ledger', 'inputs'].map((what) => ({ account_id: 'ada', key_id: 'cli', what })))
  })

  it.each(['export', 'inputs'])('says in one line that nobody knows the account: %s', async (what) => {
    const { stderr, code } = await read(what, 'nobody')
    expect([stderr, code]).toEqual([UNKNOWN, 1])
  })
})

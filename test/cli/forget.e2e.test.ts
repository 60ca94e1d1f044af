import { chmodSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Db, openDb, transaction } from '../../src/db.ts'
import { saveDeadLetters } from '../../src/persist/deadLetters.ts'
import { ndjson, series } from '../support/events.ts'
import { describeDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts'
import { complaintOf, lanekeeper, linesOf } from '../support/run.ts'
import { scratch } from '../support/scratch.ts'
import { Server } from '../support/server.ts'
import { rowsWith } from '../support/wholeDatabase.ts'

const { at } = scratch()
const KEY = 'ab'.repeat(32)
const ADA = 'ada@example.com'

describeDatabase('lanekeeper accounts forget', () => {
  let database: TestDatabase
  let db: Db
  let server: Server
  let key: string
  const servers: Server[] = []
  beforeEach(async () => {
    database = await testDatabase()
    db = openDb(database.url, 2)
  })
  afterEach(async () => {
    for (const one of servers.splice(0)) await one.kill('SIGKILL')
    await db.end()
    await database.drop()
  })

  async function started(env: Record<string, string> = {}): Promise<void> {
    server = new Server(database.url, ['--clock', 'events'], env)
    await server.start()
    servers.push(server)
    key = (await server.run('keys', 'create', '--role', 'admin')).stdout.trim()
  }
  const misuse = (accountId: string, ...hours: number[]) =>
    server.post(key, ndjson(hours.flatMap((hour) => series(accountId, 'non_coding', hour * 60, 30))))
  const forget = (id: string, ...args: string[]) =>
    server.run('accounts', 'forget', id, '--reason', 'Asked for by letter.', ...args)
  const shown = async (id: string) => JSON.parse((await server.run('accounts', 'show', id, '--json')).stdout)

  it('without --yes says what there is and changes nothing; with it, beside the running server, nothing of it is left', async () => {
    await started()
    await misuse(ADA, 0)
    const before = await rowsWith(db, [ADA])
    const told = await forget(ADA)
    expect(told.code).toBe(2)
    expect(told.stderr).toBe('Nothing was erased. With --yes it is, for good.\n')
    expect(linesOf(told.stdout)).toEqual([
      expect.stringMatching(
        /^ada@example\.com would be erased: its state, 3 ledger entries, 1 violations, 1 notices, /,
      ),
      'its throttle ends with it: seen again, the account begins anew',
    ])
    expect(await rowsWith(db, [ADA])).toEqual(before)

    const done = await forget(ADA, '--yes', '--json')
    expect([done.code, done.stderr]).toEqual([0, ''])
    expect(JSON.parse(done.stdout)).toMatchObject({ erased: true, accountId: ADA, restriction: 'throttle' })
    expect(await rowsWith(db, [ADA])).toEqual([])
    expect(linesOf((await server.run('audit', 'verify')).stdout)[0]).toBe(
      '3 entries of 1 accounts, 1 erased, 0 findings',
    )
    expect((await server.run('ledger', 'export')).stdout).toBe('')
    const { rows } = await db.query('select erased_by, reason from erasures')
    expect(rows).toEqual([{ erased_by: expect.stringMatching(/^cli/), reason: 'Asked for by letter.' }])

    const again = await forget(ADA, '--yes')
    expect([complaintOf(again), again.code]).toEqual([
      `lanekeeper: nothing is known of an account ${ADA}. Give its id as the gateway sends it.`,
      1,
    ])
    expect((await misuse(ADA, 3)).status).toBe(202)
    expect(await shown(ADA)).toMatchObject({ restriction: { kind: 'throttle' }, violations: [{ status: 'active' }] })
  })

  it('of a banned account needs a key, and the server that has it bans the account again', async () => {
    await started({ LANEKEEPER_ERASURE_KEY: KEY })
    await misuse(ADA, 0, 3, 51)
    const env = { DATABASE_URL: database.url }
    const without = await lanekeeper(['accounts', 'forget', ADA, '--reason', 'Asked.', '--yes'], { env })
    expect([complaintOf(without), without.code]).toEqual([
      'lanekeeper: the account is banned, and without LANEKEEPER_ERASURE_KEY its erasure would end the ban. Set it to 32 random bytes, here and for the server alike.',
      1,
    ])
    expect((await shown(ADA)).restriction.kind).toBe('ban')
    const done = await forget(ADA, '--yes')
    expect(linesOf(done.stdout)[1]).toMatch(/^its ban goes on: /)
    await misuse(ADA, 99)
    expect(await shown(ADA)).toMatchObject({
      restriction: { kind: 'ban' },
      violations: [{ rule: 'carried_over' }, {}, {}],
    })

    await forget(ADA, '--yes')
    await server.kill('SIGTERM')
    await started()
    const { stderr } = await server.kill('SIGTERM')
    expect(stderr).toContain('bans of erased accounts are not recognised')
  })

  describe('refuses', () => {
    const run = (...args: string[]) =>
      lanekeeper(['accounts', 'forget', ...args], { env: { DATABASE_URL: database.url, LANEKEEPER_ERASURE_KEY: KEY } })

    it.each([
      ['a reason that names the account', ['ada', '--reason', 'Ada asked for it'], /--reason names the account/],
      ['an empty reason', ['ada', '--reason', ' '], /--reason is not 1 to 500 characters long/],
      ['no reason', ['ada'], /required option '--reason <text>' not specified/],
    ])('%s', async (_what, args, message) => {
      const ran = await run(...args, '--yes')
      expect(complaintOf(ran)).toMatch(message)
      expect(ran.code).toBe(2)
    })

    it('a key that is none, without telling it', async () => {
      const ran = await lanekeeper(['accounts', 'forget', 'ada', '--reason', 'Asked.'], {
        env: { DATABASE_URL: database.url, LANEKEEPER_ERASURE_KEY: 'hunter2' },
      })
      expect(complaintOf(ran)).toMatch(/^lanekeeper: LANEKEEPER_ERASURE_KEY is none of its values/)
      expect([ran.stderr.includes('hunter2'), ran.code]).toEqual([false, 2])
    })
  })

  it('takes dead letters along that came under the key of the account, also where nothing else is known of it', async () => {
    await started()
    await misuse(ADA, 0)
    const letters = [ADA, ADA, 'bo'].map((key, offset) => ({
      ...{ topic: 'in', partition: 0, offset, key: Buffer.from(key), value: Buffer.from(`{"accountId":"${key}"`) },
      ...{ loggedAt: 1, path: '', reason: 'is not JSON' },
    }))
    await transaction(db, (tx) => saveDeadLetters(tx, letters))
    expect((await forget(ADA)).stdout).toMatch(/, 2 dead letters\n/)
    expect((await forget(ADA, '--yes')).code).toBe(0)
    expect(await rowsWith(db, [ADA])).toEqual([])

    const told = await forget('bo')
    expect([told.code, told.stdout]).toEqual([
      2,
      '1 dead letters under bo would be erased; nothing else is known of it\n',
    ])
    expect((await db.query('select from dead_letters')).rowCount).toBe(1)
    const done = await forget('bo', '--yes', '--json')
    expect(JSON.parse(done.stdout)).toEqual({ erased: true, accountId: 'bo', holdings: { dead_letters: 1 } })
    expect((await db.query('select from dead_letters')).rowCount).toBe(0)
    expect((await forget('bo', '--yes')).code).toBe(1)
  })

  it('with the embedded database keeps its key in a file of its own beside it', async () => {
    const home = at('home')
    chmodSync(dirname(home), 0o711) // as root PostgreSQL runs as another user
    const run = (...args: string[]) => lanekeeper(args, { env: { LANEKEEPER_HOME: home } })
    expect((await run('keys', 'create', '--role', 'admin')).code).toBe(0)
    expect((await run('accounts', 'forget', 'nobody', '--reason', 'Asked.')).code).toBe(1)
    const made = readFileSync(`${home}/erasure.key`, 'utf8')
    expect([made.length, statSync(`${home}/erasure.key`).mode & 0o777]).toEqual([65, 0o600])
    expect((await run('audit', 'verify')).code).toBe(0)
    expect(readFileSync(`${home}/erasure.key`, 'utf8')).toBe(made)
  })
})

import { chmodSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LedgerEntry } from '../../src/account.ts'
import { openDb } from '../../src/db.ts'
import { startEmbedded } from '../../src/persist/embeddedPostgres.ts'
import { MINUTE, START } from '../support/account.ts'
import { misuse, ndjson, series } from '../support/events.ts'
import { follow } from '../support/follow.ts'
import { describeDatabase, type TestDatabase, testDatabase } from '../support/postgres.ts'
import { edited, rulesWith } from '../support/rules.ts'
import { complaintOf, lanekeeper, linesOf } from '../support/run.ts'
import { scratch } from '../support/scratch.ts'
import { Server } from '../support/server.ts'

const { at, write } = scratch()

describeDatabase('the commands of the service', () => {
  let database: TestDatabase
  const servers: Server[] = []
  beforeEach(async () => {
    database = await testDatabase()
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.kill('SIGKILL')
    await database.drop()
  })

  async function started(...args: string[]): Promise<Server> {
    const server = new Server(database.url, args)
    await server.start()
    servers.push(server)
    return server
  }
  const run = (args: readonly string[], env: Record<string, string> = {}) =>
    lanekeeper(args, { env: { DATABASE_URL: database.url, PORT: '0', ...env } })
  const keyOf = async (role: string) => (await run(['keys', 'create', '--role', role])).stdout.trim()
  async function query(sql: string) {
    const db = openDb(database.url, 1)
    return db.query(sql).finally(() => db.end())
  }
  const exported = async (...args: string[]): Promise<string[]> =>
    linesOf((await run(['ledger', 'export', ...args])).stdout)

  describe('start', () => {
    it.each(['SIGTERM', 'SIGINT'] as const)(
      'prints one line with its address, answers, and on %s goes in peace and leaves nothing',
      async (signal) => {
        const server = await started()
        const alive = await fetch(`${server.url}/healthz`)
        expect([alive.status, await alive.json()]).toEqual([200, { status: 'alive' }])
        expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
        const { code, stdout, stderr } = await server.kill(signal)
        expect({ code, stderr, lines: linesOf(stdout) }).toEqual({
          code: 0,
          stderr: '',
          lines: [`Lanekeeper listens on ${server.url}`],
        })
        await expect(fetch(`${server.url}/healthz`)).rejects.toThrow()
        const left = 'select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
        await expect.poll(async () => (await query(left)).rowCount).toBe(0)
      },
    )

    it('on SIGTERM finishes what it has begun, refuses what comes, sends streams away, and waits for nobody idle', async () => {
      const server = await started('--clock', 'events')
      const key = await keyOf('gateway')
      const stream = await follow(`${server.url}/v1/entitlements/stream`, key)
      const silent = connect(Number(new URL(server.url).port), '127.0.0.1')
      silent.on('error', () => {})
      await new Promise((done) => silent.once('connect', done))
      const holder = openDb(database.url, 1)
      const lock = await holder.connect()
      await lock.query('begin; lock table accounts in exclusive mode')
      const post = server.post(key, misuse())
      const waits = "select 1 from pg_stat_activity where wait_event_type = 'Lock'"
      await expect.poll(async () => (await query(waits)).rowCount).toBe(1)

      const ended = server.kill('SIGTERM')
      expect((await stream.until(({ event }) => event === 'closing')).data).toEqual({ since: 0 })
      await stream.over
      const refused = await server.post(key, misuse('bo'))
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2'])
      expect((await fetch(`${server.url}/readyz`)).status).toBe(503)
      await lock.query('commit')
      lock.release()
      await holder.end()
      expect([(await post).status, await (await post).json()]).toEqual([202, expect.objectContaining({ accepted: 30 })])
      const released = performance.now()
      expect((await ended).code).toBe(0)
      expect(performance.now() - released).toBeLessThan(5000)
      silent.destroy()
      expect((await query("select 1 from accounts where account_id = 'misuser'")).rowCount).toBe(1)
    })

    it('on the home of another says so in one line and ends', async () => {
      const home = at('shared-home')
      chmodSync(dirname(home), 0o711) // as root PostgreSQL runs as another user
      const { stop } = await startEmbedded(home)
      const ran = await lanekeeper(['start'], { env: { LANEKEEPER_HOME: home, PORT: '0' } })
      await stop()
      expect(complaintOf(ran)).toBe(
        `lanekeeper: another Lanekeeper (process ${process.pid}) runs on ${home}. Stop it, or name another folder in LANEKEEPER_HOME.`,
      )
      expect(ran.code).toBe(1)
    })

    it('whose own PostgreSQL dies says so in one line, with where to look, and ends', async () => {
      const home = at('dying-home')
      chmodSync(dirname(home), 0o711) // as root PostgreSQL runs as another user
      const server = new Server(undefined, [], { LANEKEEPER_HOME: home })
      servers.push(server)
      await server.start()
      const postmaster = await readFile(`${home}/postgres/data/postmaster.pid`, 'utf8')
      process.kill(Number(postmaster.split('\n')[0]), 'SIGQUIT')
      const { code, stderr } = await server.ended
      expect({ code, told: linesOf(stderr).filter((line) => !line.startsWith('{')) }).toEqual({
        code: 1,
        told: [`lanekeeper: the embedded PostgreSQL has ended. Look into ${home}/postgres/log, then start again.`],
      })
    })

    it('on a port that is taken says so in one line and ends', async () => {
      const taken = createServer()
      await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done))
      const { port } = taken.address() as { port: number }
      const ran = await run(['start'], { PORT: `${port}` })
      await new Promise((done) => taken.close(done))
      expect(complaintOf(ran)).toBe(
        `lanekeeper: port ${port} of 127.0.0.1 is taken. Stop who listens there, or name another in PORT.`,
      )
      expect(ran.code).toBe(1)
    })

    it('on an address that is not here says so in one line and ends', async () => {
      const ran = await run(['start'], { HOST: '192.0.2.1' })
      expect(complaintOf(ran)).toMatch(/^lanekeeper: cannot listen on 192\.0\.2\.1:0 \(EADDRNOTAVAIL\)\. Name /)
      expect(ran.code).toBe(1)
    })

    it('refuses rules that have mistakes before it touches the database', async () => {
      const ran = await run(['start', '--rules', at('nowhere')])
      expect(complaintOf(ran)).toContain('no such folder')
      expect(ran.code).toBe(1)
      expect((await query('select 1 from rule_sets')).rowCount).toBe(0)
    })

    it('takes changed rules into force at a later account time', async () => {
      const change = edited((policy) => Object.assign(policy, { noticeGraceMinutes: 30 }))
      for (const { path, text } of await rulesWith('policy.json', change)) write(`changed/${path}`, text)

      let server = await started('--clock', 'events')
      const key = await keyOf('gateway')
      expect((await server.post(key, misuse('ada'))).status).toBe(202)
      expect((await server.kill('SIGTERM')).code).toBe(0)
      const [{ effective_from: first, version: old }] = (await query('select * from rule_sets')).rows
      expect(first).toBe(0)

      server = await started('--clock', 'events', '--rules', at('changed'))
      const sets = (await query('select version, effective_from from rule_sets order by effective_from')).rows
      const [, { version: changed, effective_from: from }] = sets
      expect(sets).toHaveLength(2)
      expect(from).toBe(START + 29 * MINUTE + 5000)
      // One whose own time has not come so far yet, and one who comes later.
      expect((await server.post(key, misuse('bo') + ndjson(series('cy', 'non_coding', 60, 30)))).status).toBe(202)
      const entries = (await exported()).map((line) => JSON.parse(line) as LedgerEntry)
      expect(new Set(entries.map(({ accountId }) => accountId))).toEqual(new Set(['ada', 'bo', 'cy']))
      for (const { at: moment, rulesVersion } of entries)
        expect(rulesVersion).toBe(Date.parse(moment) < from ? old : changed)
      expect(new Set(entries.map(({ rulesVersion }) => rulesVersion)).size).toBe(2)
      expect((await server.kill('SIGTERM')).code).toBe(0)
    })
  })

  describe('migrate', () => {
    it('brings an empty database to the newest schema, which start demands, and then has nothing to do', async () => {
      await database.drop()
      database = await testDatabase({ empty: true })
      for (const command of [['start'], ['keys', 'create', '--role', 'admin'], ['ledger', 'export']]) {
        const refused = await run(command)
        expect(complaintOf(refused)).toBe(
          'lanekeeper: the schema of the database is older than this Lanekeeper. Run "lanekeeper migrate" first.',
        )
        expect(refused.code).toBe(1)
      }
      const ran = await run(['migrate'])
      expect(ran).toEqual({
        code: 0,
        stdout: expect.stringMatching(/^ran 0001_\S+\.sql(, \d{4}_\S+\.sql)*\n$/),
        stderr: '',
      })
      const again = { code: 0, stdout: 'the database has the newest schema already\n', stderr: '' }
      expect(await run(['migrate'])).toEqual(again)
      const server = await started()
      expect((await server.kill('SIGTERM')).code).toBe(0)
    })

    it('like start leaves a database of a newer Lanekeeper alone', async () => {
      await query("insert into schema_migrations (number, name) values (9999, '9999_hoverboards.sql')")
      for (const command of ['migrate', 'start']) {
        const ran = await run([command])
        expect(complaintOf(ran)).toContain('the database was made by a newer Lanekeeper. Start that one')
        expect(ran.code).toBe(1)
      }
    })
  })

  describe('keys', () => {
    it('create beside a running server prints the key alone on stdout, and it works until it is revoked', async () => {
      const server = await started('--clock', 'events')
      expect((await server.post('lk_nonsense', misuse())).status).toBe(401)
      const made = await run(['keys', 'create', '--role', 'gateway'])
      expect(made).toEqual({
        code: 0,
        stdout: expect.stringMatching(/^lk_[\w-]{43}\n$/),
        stderr: expect.stringMatching(/^key_[0-9a-f]{16} \(gateway\); the key is shown this once:\n$/),
      })
      const key = made.stdout.trim()
      const answer = await server.post(key, misuse())
      expect([answer.status, await answer.json()]).toEqual([202, { accepted: 30, duplicates: 0, rejected: [] }])

      const keyId = made.stderr.split(' ')[0]!
      expect(await run(['keys', 'revoke', keyId])).toEqual({ code: 0, stdout: '', stderr: `${keyId} is revoked\n` })
      await expect.poll(async () => (await server.post(key, misuse())).status).toBe(401)
      const again = await run(['keys', 'revoke', keyId])
      expect(complaintOf(again)).toContain(`there is no key ${keyId} in force`)
      expect(again.code).toBe(1)
    })

    it('create refuses a role that does not exist, and none, in one line', async () => {
      const unknown = await run(['keys', 'create', '--role', 'boss'])
      expect(complaintOf(unknown)).toMatch(/^lanekeeper: .*'boss' is invalid.*gateway, support, analyst, admin/)
      expect(unknown.code).toBe(2)
      const none = await run(['keys', 'create'])
      expect(complaintOf(none)).toContain('--role')
      expect(none.code).toBe(2)
      expect((await query('select 1 from api_keys')).rowCount).toBe(0)
    })
  })

  describe('the ledger', () => {
    beforeEach(async () => {
      const server = await started('--clock', 'events')
      const log = ['cy', 'ada', 'bo'].map((id) => misuse(id)).join('')
      expect((await server.post(await keyOf('gateway'), log)).status).toBe(202)
      expect((await server.kill('SIGTERM')).code).toBe(0)
      write('log.jsonl', log)
    })

    it('is exported as a replay of the log gives it, account by account, byte for byte', async () => {
      const replay = linesOf((await run(['replay', at('log.jsonl')])).stdout)
      const own = (id: string) => replay.filter((line) => JSON.parse(line).accountId === id)
      const everyone = ['ada', 'bo', 'cy'].flatMap(own)
      expect(everyone.length).toBeGreaterThan(3)
      expect(await exported()).toEqual(everyone)
      expect(await exported('--account', 'bo')).toEqual(own('bo'))
      expect(await exported('--account', 'nobody')).toEqual([])
    })

    it('is exported to a file as to stdout, without what was erased', async () => {
      await query("update ledger set entry = null, salt = null where account_id = 'ada' and seq = 1")
      const toStdout = await run(['ledger', 'export'])
      const toFile = await run(['ledger', 'export', '--out', at('ledger.jsonl')])
      expect([toFile.code, toFile.stdout]).toEqual([0, ''])
      const replayed = await run(['ledger', 'export', '--out', at('nowhere/ledger.jsonl')])
      expect(complaintOf(replayed)).toContain('nowhere')
      expect(replayed.code).toBe(1)
      expect(await readFile(at('ledger.jsonl'), 'utf8')).toBe(toStdout.stdout)
      expect(linesOf(toStdout.stdout)[0]).toContain('"seq":2')
    })

    it('is verified: all is well, and then something was altered', async () => {
      const { rows } = await query('select count(*)::int as entries from ledger')
      const { entries } = rows[0]
      const well = await run(['audit', 'verify'])
      const [summary, caution, ...more] = linesOf(well.stdout)
      expect(summary).toBe(`${entries} entries of 3 accounts, 0 erased, 0 findings`)
      expect(caution).toMatch(/cannot be seen from here/)
      expect([well.code, well.stderr, more]).toEqual([0, '', []])
      const json = await run(['audit', 'verify', '--json'])
      expect(JSON.parse(json.stdout)).toEqual({ accounts: 3, entries, erased: 0, findings: [] })

      await query("update ledger set entry = replace(entry, 'bo', 'ob') where account_id = 'bo' and seq = 2")
      const ill = await run(['audit', 'verify'])
      expect(linesOf(ill.stdout)[0]).toBe('bo entry 2 was altered: it does not match its digest')
      expect([ill.code, ill.stderr]).toEqual([1, ''])
      const told = await run(['audit', 'verify', '--json'])
      expect(JSON.parse(told.stdout).findings).toEqual([
        { accountId: 'bo', seq: 2, message: 'was altered: it does not match its digest' },
      ])
      expect(told.code).toBe(1)
    })
  })

  describe('a database that does not answer is told in one line', () => {
    const elsewhere = (change: (address: URL) => void): string => {
      const address = new URL(database.url)
      change(address)
      return address.href
    }
    const silent = /does not answer \(\w+\)\. Check host and port, and that it runs\.$/
    const places: [string, (address: URL) => void, RegExp][] = [
      ['nobody listens', (address) => Object.assign(address, { hostname: '127.0.0.1', port: '1' }), silent],
      ['nobody listens, by name', (address) => Object.assign(address, { hostname: 'localhost', port: '1' }), silent],
      ['no such host', (address) => Object.assign(address, { hostname: 'nowhere.invalid' }), silent],
      [
        'no such database',
        (address) => Object.assign(address, { pathname: '/nowhere' }),
        /has no database of this name \(3D000\)\./,
      ],
      [
        'no such user',
        (address) => Object.assign(address, { username: 'nobody' }),
        /does not take this user with this password \(28P01\)\./,
      ],
      [
        'no password',
        (address) => Object.assign(address, { password: '' }),
        /holds no password, and its server asks for one\. /,
      ],
      [
        'another password',
        (address) => Object.assign(address, { password: 'x' }),
        /user with this password \(28P01\)\./,
      ],
    ]
    it.each(places)('%s', async (_what, change, told) => {
      const DATABASE_URL = elsewhere(change)
      for (const command of [['start'], ['migrate'], ['audit', 'verify']]) {
        const ran = await run(command, { DATABASE_URL })
        expect(complaintOf(ran)).toMatch(told)
        expect(ran.code).toBe(1)
      }
    })

    it.each(['nonsense', 'postgres://[/x', 'http://127.0.0.1:1/x', 'postgres:///'])(
      'an address that is none: %s',
      async (DATABASE_URL) => {
        for (const command of [['start'], ['migrate']]) {
          const ran = await run(command, { DATABASE_URL })
          expect(complaintOf(ran)).toContain('DATABASE_URL')
          expect(ran.stderr).not.toContain('a fault of Lanekeeper')
          expect([1, 2]).toContain(ran.code)
        }
      },
    )
  })
})

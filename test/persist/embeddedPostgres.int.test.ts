import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { packaged } from '../../src/config.ts'
import { openDb } from '../../src/db.ts'
import { clusterIn, createCluster } from '../../src/persist/embedded/cluster.ts'
import { findPostmaster } from '../../src/persist/embedded/postmaster.ts'
import { processOf } from '../../src/persist/embedded/processes.ts'
import { findPrograms } from '../../src/persist/embedded/programs.ts'
import { reaching, serverUser } from '../../src/persist/embedded/serverUser.ts'
import { type EmbeddedPostgres, runningEmbedded, startEmbedded } from '../../src/persist/embeddedPostgres.ts'
import { describeDatabase } from '../support/postgres.ts'
import { scratch } from '../support/scratch.ts'

const place = scratch()
const home = place.at('home')
const cluster = clusterIn(home)
chmodSync(place.folder, 0o711) // as root PostgreSQL runs as another user

/** What ends after each test, before the next one starts. */
const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean()
  await isGone()
})

async function start(at = home): Promise<EmbeddedPostgres> {
  const started = await startEmbedded(at)
  cleanups.push(started.stop)
  return started
}

/** Started by another process, in a group of its own as a terminal gives it; and the first line it prints. */
async function startElsewhere(at = home): Promise<{ holder: ChildProcess; line: string }> {
  const holder = spawn(process.execPath, [packaged('test/support/embeddedHolder.ts'), at], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  cleanups.push(() => void holder.kill('SIGKILL'))
  const [line] = await once(createInterface(holder.stdout!), 'line')
  return { holder, line }
}

async function kill(holder: ChildProcess): Promise<void> {
  const ended = once(holder, 'exit')
  holder.kill('SIGKILL')
  await ended
}

async function rows(url: string, sql: string): Promise<unknown[]> {
  const db = openDb(url, 1)
  try {
    return (await db.query({ text: sql, rowMode: 'array' })).rows.flat()
  } finally {
    await db.end()
  }
}

const seen = (url: string) => rows(url, 'select number from seen order by 1')
const isGone = () => vi.waitFor(async () => expect(await findPostmaster(cluster)).toBeUndefined(), 20_000)

async function childrenOf(parent: number): Promise<number[]> {
  const pids = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
  const found = await Promise.all(pids.map(async (pid) => ({ pid, parent: (await processOf(pid))?.parent })))
  return found.filter((one) => one.parent === parent).map(({ pid }) => pid)
}

const isRunning = async () => (await findPostmaster(cluster))!

describeDatabase('the embedded PostgreSQL', () => {
  let first = ''

  beforeAll(async () => {
    const { url, stop } = await startEmbedded(home)
    first = url
    await rows(url, 'create table seen (number int)')
    await rows(url, 'insert into seen values (1)')
    await stop()
  })

  it('is made on the first start, with a password that nobody else can read, and stops cleanly', async () => {
    expect(first).toMatch(/^postgres:\/\/lanekeeper:[\w-]{32}@127\.0\.0\.1:\d+\/lanekeeper$/)
    expect(statSync(cluster.password).mode & 0o777).toBe(0o600)
    expect(statSync(cluster.log).mode & 0o777).toBe(0o600)
    expect(readFileSync(cluster.log, 'utf8')).toContain('database system is shut down')
    expect(readdirSync(home)).toEqual(['postgres'])
  })

  it('finds its data, its password and its port on the second start', async () => {
    const { url } = await start()
    expect(url).toBe(first)
    expect(await seen(url)).toEqual([1])
  })

  it('refuses whoever has not the password', async () => {
    const address = new URL((await start()).url)
    address.password = 'wrong'
    await expect(rows(address.href, 'select 1')).rejects.toThrow(/password authentication failed/)
  })

  it('sorts text by code point and speaks UTC and UTF-8, whatever the machine does', async () => {
    const { url } = await start()
    expect(await rows(url, "select t from unnest(array['b', 'ä', 'a', 'B', '中']) as t order by t")).toEqual([
      'B',
      'a',
      'b',
      'ä',
      '中',
    ])
    expect(await rows(url, "select current_setting('timezone'), current_setting('server_encoding')")).toEqual([
      'UTC',
      'UTF8',
    ])
  })

  it('takes another port where its own is taken', async () => {
    const other = createServer()
    await once(other.listen(Number(new URL(first).port), '127.0.0.1'), 'listening')
    cleanups.push(() => void other.close())
    const { url } = await start()
    expect(new URL(url).port).not.toBe(new URL(first).port)
    expect(await seen(url)).toEqual([1])
  })

  it('tells other programs on the same home where it runs, while it runs', async () => {
    const { url, stop } = await start()
    expect(await runningEmbedded(home)).toBe(url)
    await stop()
    expect(await runningEmbedded(home)).toBeUndefined()
    expect(await runningEmbedded(place.at('nowhere'))).toBeUndefined()
  })

  it('says when it ended without being asked', async () => {
    const { ended } = await start()
    process.kill((await isRunning()).pid, 'SIGINT')
    await ended
  })

  it('refuses a second Lanekeeper and names the first', async () => {
    const { holder } = await startElsewhere()
    const code = 'database_in_use'
    await expect(startEmbedded(home)).rejects.toMatchObject({ code, message: expect.stringContaining(`${holder.pid}`) })
    await kill(holder)
  })

  it('stays on Ctrl-C until Lanekeeper has written what was in flight', async () => {
    const { holder } = await startElsewhere()
    const ended = once(holder, 'exit')
    process.kill(-holder.pid!, 'SIGINT')
    expect(await ended).toEqual([0, null])
    const { url } = await start()
    expect(await seen(url)).toEqual([1, 2])
    await rows(url, 'delete from seen where number = 2')
  })

  describe('after a kill -9', () => {
    it('of Lanekeeper it ends by itself', async () => {
      const { holder } = await startElsewhere()
      await kill(holder)
      await isGone()
      expect(await seen((await start()).url)).toEqual([1])
    })

    it('of Lanekeeper the next start waits for that end', async () => {
      const { holder, line } = await startElsewhere()
      await kill(holder)
      const { url } = await start()
      expect(url).toBe(line)
      expect(await seen(url)).toEqual([1])
    })

    it.runIf(process.platform === 'linux')(
      'of Lanekeeper and the supervisor the next start stops what was left and begins anew',
      async () => {
        const { holder } = await startElsewhere()
        const orphan = await isRunning()
        const watch = (await childrenOf(orphan.parent)).filter((pid) => pid !== orphan.pid)
        for (const pid of [...watch, orphan.parent]) process.kill(pid, 'SIGKILL')
        await kill(holder)
        expect(await seen((await start()).url)).toEqual([1])
        expect((await isRunning()).pid).not.toBe(orphan.pid)
        expect((await processOf(orphan.pid))?.command ?? '').toBe('')
      },
    )

    it('of everything at once nothing that was committed is lost', async () => {
      const { holder, line } = await startElsewhere()
      await rows(line, 'insert into seen values (3)')
      const { pid, parent } = await isRunning()
      for (const one of [holder.pid!, parent, pid]) process.kill(one, 'SIGKILL')
      const { url } = await start()
      expect(await seen(url)).toEqual([1, 3])
      await rows(url, 'delete from seen where number = 3')
    })

    it('a pid file that names quite another process by now does not matter', async () => {
      writeFileSync(
        `${cluster.data}/postmaster.pid`,
        `${process.pid}\n${cluster.data}\n1\n5432\n\n127.0.0.1\n\nready   \n`,
      )
      expect(await runningEmbedded(home)).toBeUndefined()
      expect(await seen((await start()).url)).toEqual([1])
    })

    it('while the database was being made the next start makes it', async () => {
      const fresh = place.at('killed')
      place.write('killed/postgres.new-4194304-00/data/half', '')
      const { url } = await start(fresh)
      expect(await rows(url, 'select current_database()')).toEqual(['lanekeeper'])
      expect(readdirSync(fresh)).toEqual(['postgres'])
    })
  })

  it.runIf(process.getuid?.() === 0)(
    'works as root below a folder that is closed to its user, and what a killed one left there is found and stopped',
    async () => {
      const closed = place.at('closed')
      mkdirSync(`${closed}/project`, { recursive: true })
      chmodSync(closed, 0o700)
      const below = `${closed}/project/home`
      const { holder } = await startElsewhere(below)
      const there = clusterIn(below)
      expect(statSync(there.data).uid).not.toBe(0)
      const { pid, parent, owner } = (await findPostmaster(there))!
      expect(owner).toBe(holder.pid)
      const watch = (await childrenOf(parent)).filter((child) => child !== pid)
      for (const one of [...watch, parent]) process.kill(one, 'SIGKILL')
      await kill(holder)
      expect(await rows((await start(below)).url, 'select 1')).toEqual([1])
      expect((await findPostmaster(there))!.pid).not.toBe(pid)
    },
  )

  it.runIf(process.getuid?.() === 0)('runs as root with its programs below a closed folder', async () => {
    const { postgres } = await findPrograms()
    const closed = place.at('closed-programs')
    mkdirSync(closed, { mode: 0o700 })
    cpSync(dirname(dirname(postgres)), `${closed}/native`, { recursive: true, verbatimSymlinks: true })
    const programs = { postgres: `${closed}/native/bin/postgres`, initdb: `${closed}/native/bin/initdb` }
    const user = await reaching(await serverUser(cluster.data), [dirname(programs.postgres)])
    await createCluster(closed, programs, user) // initdb looks for its sister and asks it for its version
    expect(readdirSync(closed)).toEqual(['native', 'postgres'])
  })

  it('lets one of two through that are started at once, the first time and later', async () => {
    const fresh = place.at('fresh')
    for (const _ of ['first', 'later']) {
      const both = await Promise.all([startElsewhere(fresh), startElsewhere(fresh)])
      const lines = both.map(({ line }) => line)
      expect(lines.filter((line) => line === 'database_in_use')).toHaveLength(1)
      expect(await rows(lines.find((line) => line.startsWith('postgres:'))!, 'select 1')).toEqual([1])
      await Promise.all(both.map(({ holder }) => holder.exitCode ?? kill(holder)))
    }
    expect(readdirSync(fresh)).toEqual(['postgres'])
    await start(fresh) // waits for the end of the last one
  })
})

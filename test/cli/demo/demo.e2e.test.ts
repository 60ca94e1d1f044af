import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { packaged } from '../../../src/config.ts'
import { clusterIn } from '../../../src/persist/embedded/cluster.ts'
import { findPostmaster } from '../../../src/persist/embedded/postmaster.ts'
import { demoDay } from '../../../src/simulate/demoDay.ts'
import { describeDatabase } from '../../support/postgres.ts'
import { complaintOf, exitOf, lanekeeper, linesOf, type Ran, start } from '../../support/run.ts'
import { scratch } from '../../support/scratch.ts'

const { folder, at } = scratch()
chmodSync(folder, 0o711) // as root PostgreSQL runs as another user
const home = at('home')
const env = { LANEKEEPER_HOME: home, PORT: '0' }
const demo = ['start', '--demo']
const hourly = /^\w{3} \d\d:00 {2}[\d,]+ requests in the last hour: /
const decision = /^\w{3} \d\d:\d\d {2}(\S+) (throttled|suspended|banned|on probation|back to normal)\b/

/** Waits until an output says something; gives what it said so far. */
const until = (child: ChildProcess, said: RegExp): Promise<string> =>
  new Promise((done, failed) => {
    let seen = ''
    child.stdout!.on('data', (chunk) => {
      seen += chunk
      if (said.test(seen)) done(seen)
    })
    child.once('close', () => failed(new Error(`it ended after ${seen}`)))
  })

const expectNoPostgres = async (home: string) => expect(await findPostmaster(clusterIn(`${home}/demo`))).toBeUndefined()

describeDatabase('start --demo', () => {
  // A whole day, which plays beside the other tests.
  const played = at('played')
  let playing: Promise<Ran>
  beforeAll(() => {
    const elsewhere = { LANEKEEPER_HOME: played, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' }
    playing = lanekeeper([...demo, '--once', '--speed', '0'], { env: { ...env, ...elsewhere } })
  })
  afterEach(() => expectNoPostgres(home))

  /** `script` gives a child a terminal. */
  describe.skipIf(!existsSync('/usr/bin/script'))('on a terminal', () => {
    const onTerminal = (size: string, ...args: string[]) => {
      const line = [process.execPath, packaged('src/main.ts'), ...demo, ...args].map((word) => `'${word}'`).join(' ')
      return spawn('script', ['-qec', `stty ${size}; exec ${line}`, '/dev/null'], { env: { ...process.env, ...env } })
    }
    const HIDE = '\x1b[?25l'
    const SHOW = '\x1b[?25h'

    test('Ctrl-C takes the view away, gives the cursor back and says "stopped"', async () => {
      const child = onTerminal('cols 80 rows 24', '--speed', '0.5')
      const output = text(child.stdout)
      await until(child, /Last decisions/)
      child.stdin.write('\x03')
      expect(await exitOf(child)).toBe(130)
      const seen = await output
      const [, after] = seen.split('^C')
      expect(stripVTControlCharacters(after!).trim()).toBe('stopped')
      expect(seen.lastIndexOf(SHOW)).toBeGreaterThan(seen.lastIndexOf(HIDE))
    })

    test('the last view stays, and the server, with what to try: an appeal that is won by hand is told', async () => {
      const child = onTerminal('cols 80 rows 24', '--speed', 'max')
      const output = text(child.stdout)
      const seen = await until(child, /another day/)
      const ending = seen.slice(seen.lastIndexOf('Last decisions'))
      expect(ending).toContain('banned')
      expect(stripVTControlCharacters(ending)).toContain('34 simulated hours, 19 accounts')
      expect(seen.lastIndexOf(SHOW)).toBeGreaterThan(seen.lastIndexOf(HIDE))

      const key = /export KEY=(\S+)/.exec(seen)![1]!
      const [, address, path, body] = /(http:\S+)(\/v1\/appeals) -d '(.*)'/.exec(seen)!
      const post = async (to: string, json: string) => {
        const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
        const answer = await fetch(address + to, { method: 'POST', headers, body: json })
        expect(answer.ok).toBe(true)
        return (await answer.json()) as { appeal: { id: string } }
      }
      const { appeal } = await post(path!, body!)
      await post(`${path}/${appeal.id}/claim`, '{}')
      const told = until(child, /an appeal was won\r\n/)
      await post(`${path}/${appeal.id}/decision`, '{"outcome":"overturned","reason":"It was a test."}')
      expect(await told).toContain('qing-novels throttled only: an appeal was won')
      child.stdin.write('\x03')
      expect(await exitOf(child)).toBe(130)
      expect(stripVTControlCharacters(await output).trimEnd()).toMatch(/\^Cstopped$/)
    })

    test('a terminal without a size gets lines; while it runs a second demo is refused in one line', async () => {
      const child = onTerminal('cols 0 rows 0', '--speed', '0.5')
      const output = text(child.stdout)
      await until(child, hourlyOnTerminal)
      const second = await lanekeeper(demo, { env })
      expect(complaintOf(second)).toMatch(/another Lanekeeper \(process \d+\) runs on .*\/demo\. Stop it, /)
      expect(second.code).toBe(1)
      child.stdin.write('\x03')
      expect(await exitOf(child)).toBe(130)
      expect(await output).not.toContain('\x1b')
      expect(await output).toMatch(/\^Cstopped\r\n$/)
    })
    const hourlyOnTerminal = / requests in the last hour: /
  })

  test('a signal in the middle of the very first start leaves nothing behind', async () => {
    const own = at('interrupted')
    const child = start(demo, { env: { ...env, LANEKEEPER_HOME: own } })
    const [stdout, stderr] = [text(child.stdout!), text(child.stderr!)]
    await expect.poll(() => existsSync(`${own}/demo`), { interval: 5, timeout: 30_000 }).toBe(true)
    child.kill('SIGTERM')
    expect(await exitOf(child)).toBe(143)
    expect([await stdout, await stderr]).toEqual(['', 'stopped\n'])
    await expectNoPostgres(own)
  })

  test('a reader that goes away ends it in one line', async () => {
    const child = start([...demo, '--speed', '5'], { env })
    const stderr = text(child.stderr!)
    await once(child.stdout!, 'data')
    child.stdout!.destroy()
    expect(await exitOf(child)).toBe(1)
    expect(await stderr).toMatch(/^lanekeeper: stdout: whoever read it has closed the pipe\. .*\n$/)
  })

  describe('played once without a terminal, beside a DATABASE_URL', () => {
    let ran: Ran
    let decisions: string[]
    beforeAll(async () => {
      ran = await playing
      decisions = linesOf(ran.stdout).filter((line) => decision.test(line))
    }, 300_000)
    const about = (persona: string) => {
      const names = demoDay.accounts.filter((one) => one.persona.description.includes(persona))
      return decisions.flatMap((line) => {
        const [, name, kind] = decision.exec(line)!
        return names.some(({ accountId }) => accountId === name) ? [kind] : []
      })
    }

    test('it ends by itself, and well, and says that it leaves the other database alone', async () => {
      expect(ran.stderr).toBe(`DATABASE_URL is left alone: the demo has a PostgreSQL of its own in ${played}/demo\n`)
      expect(ran.code).toBe(0)
      expect(ran.stdout).toMatch(/^Lanekeeper listens on http:\/\/127\.0\.0\.1:\d+\n/)
      expect(ran.stdout).not.toContain('lk_')
      await expectNoPostgres(played)
    })

    test('a misuser climbs the ladder, with and without a disguise', () => {
      const ladder = ['throttled', 'suspended', 'on probation', 'banned']
      expect(about('never stops')).toEqual(ladder)
      expect(about('behind a coding client')).toEqual(ladder)
    })

    test('a reformed one is let go, and one who was wronged wins an appeal', () => {
      expect(about('then codes')).toEqual(['throttled', 'back to normal'])
      expect(about('story app')).toEqual(['throttled', 'back to normal'])
      expect(decisions.filter((line) => line.endsWith('back to normal: appeal won, whole again'))).toHaveLength(1)
    })

    test('whoever codes is left alone', () => {
      const genuine = demoDay.accounts.filter((one) => one.persona.genuine)
      expect(decisions.filter((line) => genuine.some(({ accountId }) => line.includes(accountId)))).toEqual([])
      expect(ran.stdout).toContain(`The other ${genuine.length} accounts were left alone`)
    })

    test('every decision has its reason, with numbers and the rule', () => {
      const reason = /: \d+ of (the last )?\d+ .*requests .*about coding \(rule [\w-]+(, \w+ violation)?\)$/
      const other = /on probation: the suspension is over, |: appeal won, /
      expect(decisions.filter((line) => !reason.test(line) && !other.test(line))).toEqual([])
    })

    test('every hour has a line of traffic', () => {
      expect(linesOf(ran.stdout).filter((line) => hourly.test(line))).toHaveLength(demoDay.hours)
    })

    test('its database can be asked afterwards', async () => {
      const shown = await lanekeeper(['accounts', 'show', 'dana-writes'], {
        env: { LANEKEEPER_HOME: `${played}/demo` },
      })
      expect(shown.stdout).toMatch(/^dana-writes, plan lite: ban since /)
    })
  })
})

test.concurrent.each([
  ['--demo --speed fast', /Give a number such as 2 or 0\.5, or max\./],
  ['--demo --seed -4', /Give a whole number\./],
  ['--once', /--once belongs to --demo\. Add --demo/],
  ['--speed 2', /--speed belongs to --demo\. Add --demo/],
  ['--demo --clock system', /the demo goes by the time of its events\. Leave --clock system out\./],
])('start %s is told in one line', async (args, complaint) => {
  const ran = await lanekeeper(['start', ...args.split(' ')], { env })
  expect(complaintOf(ran)).toMatch(complaint)
  expect(ran.code).toBe(2)
})

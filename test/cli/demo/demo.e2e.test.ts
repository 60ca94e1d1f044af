import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { packaged } from '../../../src/config.ts'
import { demoDay } from '../../../src/simulate/demoDay.ts'
import { simulate } from '../../../src/simulate/simulate.ts'
import { complaintOf, exitOf, lanekeeper, linesOf, type Ran, start } from '../../support/run.ts'
import { scratch } from '../../support/scratch.ts'

const { write } = scratch()
const hourly = /^\w{3} \d\d:00 {2}[\d,]+ requests in the last hour: /
const decision = /^\w{3} \d\d:\d\d {2}(\S+) (throttled|suspended|banned|on probation|back to normal)\b/

describe('without a terminal', () => {
  let ran: Ran
  let decisions: string[]
  beforeAll(async () => {
    ran = await lanekeeper(['demo', '--speed', '0'])
    decisions = linesOf(ran.stdout).filter((line) => decision.test(line))
  })
  const about = (persona: string) => {
    const names = demoDay.accounts
      .filter((one) => one.persona.description.includes(persona))
      .map((one) => one.accountId)
    return decisions.flatMap((line) => {
      const [, name, kind] = decision.exec(line)!
      return names.includes(name!) ? [kind] : []
    })
  }

  test('it ends by itself, and well', () => {
    expect(ran.stderr).toBe('')
    expect(ran.code).toBe(0)
  })

  test('a misuser climbs the ladder, with and without a disguise', () => {
    const ladder = ['throttled', 'suspended', 'on probation', 'banned']
    expect(about('never stops')).toEqual(ladder)
    expect(about('behind a coding client')).toEqual(ladder)
  })

  test('a reformed one is let go', () => {
    expect(about('then codes')).toEqual(['throttled', 'back to normal'])
  })

  test('whoever codes is left alone', () => {
    const genuine = demoDay.accounts.filter((one) => one.persona.genuine)
    expect(decisions.filter((line) => genuine.some(({ accountId }) => line.includes(accountId)))).toEqual([])
    expect(ran.stdout).toContain(`The other ${genuine.length} accounts were left alone`)
  })

  test('every decision has its reason, with numbers and the rule', () => {
    const reason = /: \d+ of (the last )?\d+ .*requests .*about coding \(rule [\w-]+(, \w+ violation)?\)$/
    const probation = /on probation: the suspension is over, /
    expect(decisions.filter((line) => !reason.test(line) && !probation.test(line))).toEqual([])
  })

  test('every hour has a line of traffic', () => {
    expect(linesOf(ran.stdout).filter((line) => hourly.test(line))).toHaveLength(demoDay.hours)
  })

  test('another seed is another day', async () => {
    const other = await lanekeeper(['demo', '--seed', '2'])
    expect(linesOf(other.stdout)[0]).toMatch(hourly)
    expect(other.stdout).not.toBe(ran.stdout)
  })
})

test('--json prints the ledger that a replay of the same events gives, account by account', async () => {
  const events = [...simulate({ ...demoDay, seed: 1 })]
  const log = write(
    'day.jsonl',
    events.map((event) => JSON.stringify({ ...event, time: new Date(event.time).toISOString() })).join('\n'),
  )
  const [shown, replayed] = await Promise.all([lanekeeper(['demo', '--json']), lanekeeper(['replay', log])])
  const byAccount = (output: string) => {
    const own = Map.groupBy(linesOf(output), (line) => JSON.parse(line).accountId as string)
    return Object.fromEntries([...own].sort())
  }
  expect(Object.keys(byAccount(shown.stdout))).toHaveLength(4)
  expect(byAccount(shown.stdout)).toEqual(byAccount(replayed.stdout))
})

describe('a signal in the middle', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s stops it with one word', async (signal, code) => {
    const child = start(['demo', '--speed', '0.5'])
    const [stdout, stderr] = [text(child.stdout!), text(child.stderr!)]
    await once(child.stdout!, 'data')
    child.kill(signal)
    expect(await exitOf(child)).toBe(code)
    expect(await stderr).toBe('stopped\n')
    expect(linesOf(await stdout)).toHaveLength(1)
  })
})

/** `script` gives a child a terminal. */
describe.skipIf(!existsSync('/usr/bin/script'))('on a terminal', () => {
  const onTerminal = (size: string, ...args: string[]) => {
    const line = [process.execPath, packaged('src/main.ts'), 'demo', ...args].map((word) => `'${word}'`).join(' ')
    return spawn('script', ['-qec', `stty ${size}; exec ${line}`, '/dev/null'])
  }
  const HIDE = '\x1b[?25l'
  const SHOW = '\x1b[?25h'

  test('Ctrl-C takes the view away, gives the cursor back and says "stopped"', async () => {
    const child = onTerminal('cols 80 rows 24', '--speed', '0.5')
    let seen = ''
    await new Promise<void>((drawn) => {
      child.stdout.on('data', (chunk) => {
        seen += chunk
        if (seen.includes('Last decisions')) drawn()
      })
    })
    child.stdin.write('\x03')
    expect(await exitOf(child)).toBe(130)
    const [, after] = seen.split('^C')
    expect(stripVTControlCharacters(after!).trim()).toBe('stopped')
    expect(seen.lastIndexOf(SHOW)).toBeGreaterThan(seen.lastIndexOf(HIDE))
  })

  test('the last view stays, with the ending below', async () => {
    const child = onTerminal('cols 80 rows 24', '--speed', 'max')
    const seen = await text(child.stdout)
    expect(await exitOf(child)).toBe(0)
    const ending = seen.slice(seen.lastIndexOf('Last decisions'))
    expect(ending).toContain('banned')
    expect(stripVTControlCharacters(ending)).toContain('34 simulated hours, 18 accounts')
    expect(seen.lastIndexOf(SHOW)).toBeGreaterThan(seen.lastIndexOf(HIDE))
  })

  test('a terminal without a size gets lines', async () => {
    const child = onTerminal('cols 0 rows 0', '--speed', '0.5')
    const seen = text(child.stdout)
    await once(child.stdout, 'data')
    child.stdin.write('\x03')
    expect(await exitOf(child)).toBe(130)
    expect(await seen).not.toContain('\x1b')
    expect(await seen).toMatch(/requests in the last hour: .*\r\n\^Cstopped\r\n$/)
  })
})

test('a reader that goes away ends it in one line', async () => {
  const child = start(['demo', '--speed', '5'])
  const stderr = text(child.stderr!)
  await once(child.stdout!, 'data')
  child.stdout!.destroy()
  expect(await exitOf(child)).toBe(1)
  expect(await stderr).toMatch(/^lanekeeper: stdout: whoever read it has closed the pipe\. .*\n$/)
})

test.each([
  ['--speed', 'fast', /Give a number such as 2 or 0\.5, or max\./],
  ['--seed', '-4', /Give a whole number\./],
])('%s %s is told in one line', async (flag, value, complaint) => {
  const ran = await lanekeeper(['demo', flag, value])
  expect(complaintOf(ran)).toMatch(complaint)
  expect(ran.code).toBe(2)
})

import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import canonicalize from 'canonicalize'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { DAY, START } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'
import { misuse, ndjson, series } from '../support/events.ts'
import { replayed } from '../support/log.ts'
import { complaintOf, exitOf, lanekeeper, linesOf, type Ran, start } from '../support/run.ts'
import { scratch } from '../support/scratch.ts'

const { folder, at, write } = scratch()
const log = write('misuse.jsonl', misuse())
const replay = (...args: string[]) => lanekeeper(['replay', ...args])
const typesOf = (output: string) => linesOf(output).map((line) => JSON.parse(line).type)

describe.concurrent('a mistake is told in one line that says what to do', () => {
  const gz = gzipSync(ndjson(series('busy', 'coding', 0, 200)))
  const damaged = Uint8Array.from(gz, (byte, index) => (index === 60 ? byte ^ 0xff : byte))
  write('cut.gz', gz.subarray(0, gz.length / 2))
  write('damaged.gz', damaged)

  const table: [mistake: string, args: string[], code: number, complaint: RegExp][] = [
    ['a missing file', [at('none.jsonl')], 1, /none\.jsonl: no such file\. Check the path/],
    ['a folder', [folder], 1, /: is a folder\. Name a file\./],
    ['a cut-off gz file', [at('cut.gz')], 1, /cut\.gz: the gzip data ends in the middle\. Copy the file again/],
    ['a damaged gz file', [at('damaged.gz')], 1, /damaged\.gz: the gzip data is damaged\. Copy the file again/],
    [
      '--out in a missing folder',
      [log, '--out', at('no/such/x')],
      1,
      /no\/such\/x: no such folder\. Create the folder/,
    ],
    ['--out that is a folder', [log, '--out', folder], 1, /: is a folder\. Name a file\./],
    ['--out that is the input', [log, '--out', log], 2, /misuse\.jsonl: is the input as well\. Name another file/],
    ['--rules of a missing folder', [log, '--rules', at('none')], 1, /none: no such folder\. Name a rules folder/],
    [
      'an unknown flag',
      [log, '--outt', 'x'],
      2,
      /unknown option '--outt'\. Did you mean --out\? Run "lanekeeper replay/,
    ],
    ['a flag like nothing', [log, '--zebra'], 2, /unknown option '--zebra'\. Run "lanekeeper replay --help"/],
    ['a flag without its value', [log, '--out'], 2, /option '--out <file>' argument missing\. Run /],
    ['no file', [], 2, /missing required argument 'file'\. Run "lanekeeper replay --help"/],
    ['two files', [log, log], 2, /too many arguments for 'replay'\. .* Run "lanekeeper replay --help"/],
    ['--until nonsense', [log, '--until', 'soon'], 2, /'soon' is invalid\. Give a time such as 2026-11-07T00:00:00Z/],
    ['--until half a time', [log, '--until', '7'], 2, /'7' is invalid\. Give a time such as/],
    ['--inputs missing', [log, '--inputs', at('none')], 1, /none: no such file\. Check the path/],
  ]
  test.each(table)('%s', async (_mistake, args, code, complaint) => {
    const ran = await replay(...args)
    expect(complaintOf(ran)).toMatch(complaint)
    expect(complaintOf(ran)).toMatch(/^lanekeeper: /)
    expect(ran.code).toBe(code)
  })

  test.skipIf(!existsSync('/dev/full'))('a full disk', async () => {
    const ran = await replay(log, '--out', '/dev/full')
    expect(complaintOf(ran)).toBe('lanekeeper: /dev/full: the disk is full. Free some space and run it again.')
    expect(ran.code).toBe(1)
  })

  test('a closed pipe', async () => {
    const child = start(['replay', log])
    child.stdout!.destroy()
    const [stderr, code] = await Promise.all([text(child.stderr!), exitOf(child)])
    expect(linesOf(stderr)).toEqual([
      'lanekeeper: stdout: whoever read it has closed the pipe. Read it to the end, or write to a file with --out.',
    ])
    expect(code).toBe(1)
  })

  test('an input that is not to be overwritten stays as it is', () => {
    expect(readFileSync(log, 'utf8')).toBe(misuse())
  })
})

describe.concurrent('--inputs that do not fit are refused with their line, or with what they do not fit', () => {
  const tick = { kind: 'tick', accountId: 'misuser', ordinal: 31, at: '2026-11-20T00:00:00Z' }
  const appeal = { type: 'FileAppeal', violationId: 'vio_none', actor: 'support:mo', commandAt: tick.at }
  const command = { kind: 'command', accountId: 'misuser', ordinal: 31, command: appeal }
  const rules = { kind: 'rules', effectiveFrom: tick.at, documents: { 'policy.json': {} } }

  const table: [mistake: string, lines: (object | string)[], complaint: RegExp][] = [
    ['not JSON', [tick, 'tick'], /inputs:2 is not JSON\. Take the file as it was exported/],
    ['a wrong kind', [{ ...tick, kind: 'tock' }], /inputs:1 kind: Invalid/],
    ['a wrong place', ['', { ...tick, ordinal: 0 }], /inputs:2 ordinal: /],
    [
      'a person without a role',
      [{ ...command, command: { ...appeal, actor: 'mo' } }],
      /inputs:1 command\.actor: must be/,
    ],
    ['two of one ordinal', [tick, command], /inputs:2 account misuser has two inputs of ordinal 31/],
    ['a rule set with a mistake', [rules], /inputs:1 documents\.\S+ .*\. Take the file as it was exported/],
    [
      'an account of another log',
      [{ ...tick, accountId: 'else' }],
      /account else has an input of ordinal 31.*another log/,
    ],
    ['more inputs than events', [{ ...tick, ordinal: 99 }], /ordinal 99, but the log brings it to 30 only/],
    [
      'a tick without effect',
      [{ ...tick, at: '2026-11-02T09:40:00Z' }],
      /the tick of ordinal 31 has no effect on account misuser/,
    ],
    ['an appeal against nothing', [command], /the command of ordinal 31 of account misuser is refused/],
  ]
  test.each(table)('%s', async (mistake, lines, complaint) => {
    const inputs = write(
      `${mistake}/inputs`,
      lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
    )
    const ran = await replay(log, '--inputs', inputs, '--out', at(`${mistake}/ledger`))
    expect(complaintOf(ran)).toMatch(complaint)
    expect(ran.code).toBe(1)
  })

  test('rule sets of their own beside --rules', async () => {
    const ran = await replay(
      log,
      '--inputs',
      write('own/inputs', JSON.stringify(await exportedRules())),
      '--rules',
      'rules',
    )
    expect(complaintOf(ran)).toMatch(
      /--inputs brings rule sets of its own, and --rules names others\. Leave --rules out/,
    )
    expect(ran.code).toBe(2)
  })
})

/** The default rules as a live run exports them. */
async function exportedRules() {
  const { policy, detect, enforce, recover, notices } = (await engineWith()).rules.documents
  const named = (folder: string, rules: { name: string }[]) =>
    rules.map((rule) => [`${folder}/${rule.name}.json`, rule])
  const files = [...named('detect', detect), ...named('enforce', enforce), ...named('recover', recover)]
  const documents = { 'policy.json': policy, 'notices/en.json': notices.en, 'notices/zh.json': notices.zh }
  return {
    kind: 'rules',
    effectiveFrom: '2026-01-01T00:00:00Z',
    documents: { ...documents, ...Object.fromEntries(files) },
  }
}

describe('an event that cannot be read is reported with number, path and reason, and stops nothing', () => {
  const good = JSON.parse(ndjson(series('fine', 'coding', 0, 1)))
  const bad: [line: string | Uint8Array, report: string][] = [
    ['{"id": "SECRET"', 'is not JSON: unexpected character at character 16'],
    ['{"id": "SECRET", "plan": ', 'is not JSON: it ends too early'],
    ['SECRET', 'is not JSON: unexpected character'],
    [Uint8Array.of(0x22, 0xff, 0x22), 'is not UTF-8'],
    ['[]', 'invalid input: expected object, received array'],
    [JSON.stringify({ ...good, accountId: undefined }), 'accountId is missing'],
    [JSON.stringify({ ...good, plan: 'SECRET' }), 'plan invalid option: expected one of "lite"|"pro"|"max"'],
    [JSON.stringify({ ...good, time: 'SECRET' }), 'time invalid ISO datetime'],
    [JSON.stringify({ ...good, id: 'SECRET\0' }), 'id holds U+0000'],
    [JSON.stringify({ ...good, input: { text: 'SECRET' } }), 'score stands beside input: give one of the two'],
    [JSON.stringify({ ...good, id: 7, plan: 7, time: 7 }), 'id invalid input: expected string, received number'],
    [`"${'SECRET'.repeat(200_000)}"`, 'is longer than 1048576 bytes'],
  ]
  const newline = Buffer.from('\n')
  const lines = bad.flatMap(([line]) => [Buffer.from(line), newline])
  let ran: Ran
  let json: Ran

  beforeAll(async () => {
    const broken = write('broken.jsonl', Buffer.concat([...lines, newline, Buffer.from(misuse())]))
    ran = await replay(broken)
    json = await replay(broken, '--json')
  })

  it('one report a line', () => {
    const reports = linesOf(ran.stderr).slice(0, bad.length)
    expect(reports).toEqual(bad.map(([, report], index) => `${at('broken.jsonl')}:${index + 1} ${report}`))
    expect(linesOf(ran.stderr)[bad.length]).toMatch(/^43 lines, 1 accounts, /)
    expect(ran.stderr).toContain(`${bad.length} broken lines`)
  })

  it('a report holds nothing of what was sent', () => {
    expect(ran.stderr + json.stderr).not.toContain('SECRET')
  })

  it('the other lines are replayed, and the exit code is 0', () => {
    expect(typesOf(ran.stdout)).toEqual(['ViolationRecorded', 'RestrictionImposed', 'NoticeIssued'])
    expect(ran.code).toBe(0)
  })

  it('--json gives the same as one line of JSON', () => {
    const [summary, ...more] = linesOf(json.stderr).map((line) => JSON.parse(line))
    expect(more).toEqual([])
    expect(summary).toMatchObject({
      lines: 43,
      accounts: 1,
      labels: { coding: 0, non_coding: 30, unsure: 0 },
      imposed: { throttle: 1 },
      eventsPerSecond: expect.any(Number),
    })
    expect(summary.broken).toHaveLength(bad.length)
    expect(summary.broken[6]).toMatchObject({
      line: 7,
      path: 'plan',
      reason: expect.stringContaining('expected one of'),
    })
    expect(json.stdout).toBe(ran.stdout)
  })
})

describe.concurrent('the same events give the same ledger, byte for byte', () => {
  let ledger: string
  beforeAll(async () => {
    const ran = await replay(log)
    ledger = ran.stdout
    expect(typesOf(ledger)).toEqual(['ViolationRecorded', 'RestrictionImposed', 'NoticeIssued'])
  })

  it('again', async () => {
    expect((await replay(log)).stdout).toBe(ledger)
  })

  it('in --out', async () => {
    const { stdout, code } = await replay(log, '--out', at('out.jsonl'))
    expect([stdout, code]).toEqual(['', 0])
    expect(readFileSync(at('out.jsonl'), 'utf8')).toBe(ledger)
  })

  it('packed, whatever the file is called', async () => {
    expect((await replay(write('packed.jsonl', gzipSync(misuse())))).stdout).toBe(ledger)
  })

  it('packed in two pieces', async () => {
    const middle = misuse().indexOf('\n', misuse().length / 2) + 1
    const pieces = [misuse().slice(0, middle), misuse().slice(middle)].map((piece) => gzipSync(piece))
    expect((await replay(write('pieces.gz', Buffer.concat(pieces)))).stdout).toBe(ledger)
  })

  it('from stdin, packed or not', async () => {
    for (const input of [misuse(), gzipSync(misuse())]) {
      const { stdout, stderr } = await lanekeeper(['replay', '-'], { input })
      expect(stdout).toBe(ledger)
      expect(stderr).toContain('30 lines')
    }
  })

  it('with CRLF, blank lines, a byte order mark, and no line feed at the end', async () => {
    const odd = `\uFEFF${misuse().trimEnd().replaceAll('\n', '\r\n\r\n')}`
    const { stdout, stderr } = await replay(write('odd.jsonl', odd))
    expect(stdout).toBe(ledger)
    expect(stderr).toContain('0 broken lines')
  })
})

test('--explain tells who was restricted, when and why, in a sentence each', async () => {
  const { code, stdout } = await lanekeeper(['replay', log, '--explain'])
  expect(code).toBe(0)
  const day =
    /^2026-11-02 \d\d:\d\d UTC {2}\S+ throttled: \d+ of \d+ requests of the last hour were not about coding \(rule sustained-non-coding, first violation\)$/
  expect(stdout.trim().split('\n')).toEqual([expect.stringMatching(day)])
})

describe.concurrent('an empty log gives an empty ledger', () => {
  test.each([
    ['nothing', ''],
    ['blank lines', '\n \n\n'],
    ['nothing, packed', gzipSync('')],
  ])('%s', async (what, content) => {
    const { stdout, stderr, code } = await replay(write(what, content))
    expect([stdout, code]).toEqual(['', 0])
    expect(linesOf(stderr)[0]).toMatch(/^\d lines, 0 accounts, /)
  })
})

describe.concurrent('time', () => {
  it('passes up to --until: a week later the throttle is lifted', async () => {
    const { stdout } = await replay(log, '--until', new Date(START + 8 * DAY).toISOString())
    expect(typesOf(stdout).slice(3)).toEqual(['RestrictionLifted', 'NoticeIssued'])
  })

  it('may be given in another time zone', async () => {
    const { stdout } = await replay(log, '--until', '2026-11-10T09:00:00+02:00')
    expect(typesOf(stdout)).toContain('RestrictionLifted')
  })
})

describe.concurrent('a signal ends a run after the current line; the ledger is complete up to there', () => {
  const many = Array.from({ length: 60 }, (_, index) => misuse(`misuser-${index}`)).join('')

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s', async (signal, expected) => {
    const child = start(['replay', '-'])
    child.stdin!.write(many) // and stays open: more could come
    let stdout = ''
    child.stdout!.on('data', (chunk) => {
      stdout += chunk
    })
    const [stderr] = [text(child.stderr!), await once(child.stdout!, 'data')]
    child.kill(signal)
    expect(await exitOf(child)).toBe(expected)
    const message = /interrupted after line (\d+); the ledger is complete up to there\.\n$/.exec(await stderr)
    const seen = many.split('\n').slice(0, Number(message?.[1]))
    const { entries } = await replayed(
      seen.map((line) => Buffer.from(line)),
      await engineWith(),
    )
    expect(entries.length).toBeGreaterThan(0)
    expect(linesOf(stdout)).toEqual(entries.map((entry) => canonicalize(entry)))
  })
})

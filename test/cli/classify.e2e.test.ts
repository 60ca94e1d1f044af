import { existsSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { complaintOf, exitOf, lanekeeper, linesOf, start } from '../support/run.ts'
import { scratch } from '../support/scratch.ts'

const { folder, at, write } = scratch()

const CODING =
  'The test for parseDuration fails since I moved it to src/time.ts: TypeError: Cannot read properties of undefined. ' +
  'Fix the import in src/scheduler.ts and add a unit test for negative values, then run npm test again.'
const COOKING =
  'Write me a warm letter to my grandmother for her birthday, with a poem about her garden, the apple cake she bakes ' +
  'every autumn, and the summer evenings that we spent on the porch listening to the neighbours sing.'

const requests = [
  { id: 'a', text: CODING, client: 'claude-cli/2.0.14 (external, cli)' },
  { id: 'b', text: COOKING, role: 'user' },
  { text: 'ok' },
]
const jsonl = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
const parsed = (output: string) => linesOf(output).map((line) => JSON.parse(line))

describe.concurrent('classify', () => {
  let output: string
  beforeAll(async () => {
    const { stdout, stderr, code } = await lanekeeper(['classify', write('requests.jsonl', jsonl(requests))])
    expect([stderr, code]).toEqual(['', 0])
    output = stdout
  })

  it('answers every request in order, one line each', () => {
    const rows = parsed(output)
    expect(rows.map(({ id }) => id)).toEqual(['a', 'b', undefined])
    for (const { label, confidence, score, category, signals } of rows) {
      expect(['coding', 'non_coding', 'unsure']).toContain(label)
      expect(confidence).toBeGreaterThanOrEqual(0.5)
      expect(score).toBeGreaterThanOrEqual(0)
      expect(score).toBeLessThanOrEqual(1)
      expect(category).toEqual(expect.any(String))
      expect(signals[0]).toEqual({ name: expect.any(String), weight: expect.any(Number) })
    }
  })

  it('tells a bug report from a birthday letter', () => {
    const [coding, cooking] = parsed(output)
    expect(coding.label).toBe('coding')
    expect(cooking.score).toBeGreaterThan(0.5)
  })

  it('never shows the text', () => {
    expect(output).not.toContain('grandmother')
  })

  it('reads stdin where no file is named, packed or not, with CRLF and without a last line feed', async () => {
    const odd = jsonl(requests).trimEnd().replaceAll('\n', '\r\n\r\n')
    expect((await lanekeeper(['classify'], { input: odd })).stdout).toBe(output)
    expect((await lanekeeper(['classify', '-'], { input: gzipSync(odd) })).stdout).toBe(output)
  })

  it('writes to --out', async () => {
    const { stdout } = await lanekeeper(['classify', at('requests.jsonl'), '--out', at('labels.jsonl')])
    expect(stdout).toBe('')
    expect(readFileSync(at('labels.jsonl'), 'utf8')).toBe(output)
  })

  it('takes the lines of a session as turns, however sessions interleave', async () => {
    const turns = (sessionId: string, words: string) =>
      [1, 2, 3].map((turn) => ({ id: `${sessionId}${turn}`, text: words, sessionId }))
    const [one, two] = [turns('x', CODING), turns('y', COOKING)]
    const apart = parsed((await lanekeeper(['classify'], { input: jsonl([...one, ...two]) })).stdout)
    const mixed = parsed(
      (await lanekeeper(['classify'], { input: jsonl(one.flatMap((row, i) => [two[i]!, row])) })).stdout,
    )
    const sorted = mixed.sort((a, b) => (a.id < b.id ? -1 : 1))
    expect(sorted).toEqual(apart)
    expect(apart[0].score).not.toBe(apart[1].score)
  })

  it('gives nothing for nothing', async () => {
    expect(await lanekeeper(['classify'], { input: '\n\n' })).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

describe('a request that cannot be read', () => {
  it('is reported with number, path and reason, without its text, and the others are answered', async () => {
    const bad = ['SECRET', '{"text":7}', '{"id":"a"}', '{"text":"a","role":"SECRET"}', '["SECRET"]']
    const file = write('bad.jsonl', `${[...bad, '{"id":"good","text":"hello"}'].join('\n')}\n`)
    const { stdout, stderr, code } = await lanekeeper(['classify', file])
    expect(linesOf(stderr)).toEqual([
      `${file}:1 is not JSON in UTF-8`,
      `${file}:2 text invalid input: expected string, received number`,
      `${file}:3 text invalid input: expected string, received undefined`,
      `${file}:4 role invalid option: expected one of "user"|"tool"`,
      `${file}:5 invalid input: expected object, received array`,
    ])
    expect(parsed(stdout)).toMatchObject([{ id: 'good' }])
    expect(code).toBe(1)
  })
})

describe.concurrent('a mistake is told in one line that says what to do', () => {
  const log = write('log.jsonl', jsonl(requests))
  write('cut.gz', gzipSync(jsonl(requests)).subarray(0, 200))
  const table: [mistake: string, args: string[], code: number, complaint: RegExp][] = [
    ['a missing file', [at('none')], 1, /none: no such file\. Check the path/],
    ['a folder', [folder], 1, /: is a folder\. Name a file/],
    ['a cut-off gz file', [at('cut.gz')], 1, /cut\.gz: the gzip data ends in the middle\. Copy the file again/],
    ['--out in a missing folder', [log, '--out', at('no/x')], 1, /no\/x: no such folder\. Create the folder first/],
    ['--out that is the input', [log, '--out', log], 2, /log\.jsonl: is the input as well\. Name another file/],
    [
      'an unknown flag',
      [log, '--oot'],
      2,
      /unknown option '--oot'\. Did you mean --out\? Run "lanekeeper classify --help"/,
    ],
  ]
  test.each(table)('%s', async (_mistake, args, code, complaint) => {
    const ran = await lanekeeper(['classify', ...args])
    expect(complaintOf(ran)).toMatch(complaint)
    expect(ran.code).toBe(code)
  })

  test.skipIf(!existsSync('/dev/full'))('a full disk', async () => {
    const ran = await lanekeeper(['classify', log, '--out', '/dev/full'])
    expect(complaintOf(ran)).toMatch(/\/dev\/full: the disk is full\. Free some space/)
    expect(ran.code).toBe(1)
  })

  test('a closed pipe', async () => {
    const child = start(['classify', log])
    child.stdout!.destroy()
    const [stderr, code] = await Promise.all([text(child.stderr!), exitOf(child)])
    expect(linesOf(stderr)).toEqual([
      expect.stringMatching(/stdout: whoever read it has closed the pipe\. Read it to the end/),
    ])
    expect(code).toBe(1)
  })
})

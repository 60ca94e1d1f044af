import { readFileSync, symlinkSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { packaged } from '../../src/config.ts'
import { edited, rulesWith } from '../support/rules.ts'
import { complaintOf, lanekeeper, linesOf } from '../support/run.ts'
import { scratch } from '../support/scratch.ts'

const { at, write } = scratch()
const HOURLY = 'detect/sustained-non-coding.json'

/** Copies the default rules with one file changed; gives the folder. */
async function folderWith(name: string, path: string, change: (text: string) => string | undefined): Promise<string> {
  for (const file of await rulesWith(path, change)) write(`${name}/${file.path}`, file.text)
  return at(name)
}

describe.concurrent('rules check', () => {
  it('finds no mistake in the default rules, wherever it is run', async () => {
    const here = await lanekeeper(['rules', 'check'], { cwd: packaged('.') })
    expect(here.stdout).toMatch(
      /^rules: \d+ files, no mistakes; rule set [0-9a-f]{16}\nrules\/canary: \d+ requests of coding tools in \d+ files, none judged non-coding, \d+ unsure\n$/,
    )
    expect([here.stderr, here.code]).toEqual(['', 0])
    const elsewhere = await lanekeeper(['rules', 'check'], { cwd: at('.') })
    expect(elsewhere.stdout).toBe(here.stdout.replace(/^rules/gm, packaged('rules')))
  })

  it('tells every mistake in a line of its own on stdout', async () => {
    const folder = await folderWith(
      'two',
      HOURLY,
      edited(({ conditions }) => {
        conditions.all[0].fact = 'usage.1h.nonCodng'
        conditions.all[2].value = 60
      }),
    )
    const { stdout, stderr, code } = await lanekeeper(['rules', 'check', folder])
    expect(linesOf(stdout)).toEqual([
      `${folder}/${HOURLY}:10 conditions.all[0].fact: "usage.1h.nonCodng" is not a fact; did you mean "usage.1h.nonCoding"?`,
      `${folder}/${HOURLY}:22 conditions.all[2].value: never holds, choose another: "usage.1h.nonCodingShare" lies between 0 and 1`,
    ])
    expect([stderr, code]).toEqual(['', 1])
  })

  it('tells where a malformed file stops being JSON', async () => {
    const folder = await folderWith('malformed', HOURLY, (text) => text.replace('"live",', '"live"'))
    const { stdout, code } = await lanekeeper(['rules', 'check', '--rules', folder])
    expect(linesOf(stdout)).toEqual([`${folder}/${HOURLY}:6 is not JSON: comma expected`])
    expect(code).toBe(1)
  })

  it('refuses a ladder that bans at two', async () => {
    const ban = edited(({ event }) => Object.assign(event, { params: { kind: 'ban' } }))
    const folder = await folderWith('ban', 'enforce/second-violation.json', ban)
    const { stdout, code } = await lanekeeper(['rules', 'check', folder])
    expect(linesOf(stdout)).toHaveLength(1)
    expect(stdout).toContain('breaks the ladder: fewer than three violations must not be a ban')
    expect(code).toBe(1)
  })

  it('prints the outcome as JSON', async () => {
    const folder = await folderWith('json', 'detects/x.json', () => '{}')
    const { stdout, code } = await lanekeeper(['rules', 'check', folder, '--json'])
    expect(JSON.parse(stdout)).toEqual({
      folder,
      version: null,
      canary: [],
      problems: [{ file: 'detects/x.json', line: 1, path: '', message: 'is read by nothing; did you mean "detect"?' }],
    })
    expect(code).toBe(1)
  })

  it('prints the version as JSON', async () => {
    const { stdout, code } = await lanekeeper(['rules', 'check', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ version: expect.stringMatching(/^[0-9a-f]{16}$/), problems: [] })
    expect(code).toBe(0)
  })
})

describe.concurrent('the canary of a rules folder', () => {
  const work = {
    id: 'w-1',
    text: 'Run npm test again, the import in src/scheduler.ts is fixed.',
    client: 'Cline/3.35.0',
  }
  const poem = {
    id: 'p-1',
    text: 'Write me a warm letter to my grandmother for her birthday, with a poem about her garden and her apple cake.',
    client: 'aider/0.86.1',
  }
  const rows = (...values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')
  const rulesWithCanary = (name: string, text: string) => folderWith(name, 'canary/odd.jsonl', () => text)

  it('is not asked for', async () => {
    const folder = await folderWith('uncanny', HOURLY, (text) => text)
    const { stdout, code } = await lanekeeper(['rules', 'check', folder])
    expect(linesOf(stdout)[1]).toBe(`${folder}: no canary`)
    expect(code).toBe(0)
  })

  it('fails where a request of it is judged non-coding, and says why', async () => {
    const folder = await rulesWithCanary('sung', rows(work, poem))
    const { stdout, stderr, code } = await lanekeeper(['rules', 'check', folder])
    const [line = '', ...more] = linesOf(stdout)
    expect(line).toMatch(`${folder}/canary/odd.jsonl:2 "p-1" of aider/0.86.1 is judged non_coding: score 0.`)
    expect([more, stderr, code]).toEqual([[], '', 1])
  })

  it('fails where a line of it cannot be read', async () => {
    const folder = await rulesWithCanary('unreadable', `${rows(work)}{"text": 3}\n{"text"`)
    const { stdout, code } = await lanekeeper(['rules', 'check', folder])
    expect(linesOf(stdout)).toEqual([
      `${folder}/canary/odd.jsonl:2 text: invalid input: expected string, received number`,
      `${folder}/canary/odd.jsonl:3 is not JSON in UTF-8`,
    ])
    expect(code).toBe(1)
  })

  it('is counted file by file as JSON', async () => {
    const folder = await rulesWithCanary('counted', rows(work, work))
    const { stdout } = await lanekeeper(['rules', 'check', folder, '--json'])
    const labels = { coding: 2, non_coding: 0, unsure: 0 }
    expect(JSON.parse(stdout).canary).toEqual([{ file: 'canary/odd.jsonl', requests: 2, labels }])
  })

  it('stands in lines, so a file that is none is a mistake', async () => {
    const folder = await folderWith('one', 'canary/odd.json', () => JSON.stringify(work))
    const { stdout, code } = await lanekeeper(['rules', 'check', folder])
    expect(linesOf(stdout)).toEqual([
      `${folder}/canary/odd.json:1 is read by nothing; a canary is lines of JSON in canary/*.jsonl`,
    ])
    expect(code).toBe(1)
  })

  it('does not keep rules from being used', async () => {
    const folder = await rulesWithCanary('used', rows(poem))
    const { stderr, code } = await lanekeeper(['replay', write('empty.jsonl', ''), '--rules', folder])
    expect(stderr).toContain('0 lines')
    expect(code).toBe(0)
  })
})

describe.concurrent('rules schema', () => {
  it('writes the schemas that the rule files name', async () => {
    write('plain/policy.json', '{}')
    const { stdout, stderr, code } = await lanekeeper(['rules', 'schema', at('plain')])
    expect([stderr, code]).toEqual(['', 0])
    expect(linesOf(stdout)).toContain(at('plain/schema/detect-rule.schema.json'))
    for (const path of linesOf(stdout))
      expect(readFileSync(path, 'utf8')).toBe(readFileSync(packaged(path.replace(at('plain'), 'rules')), 'utf8'))
  })

  it('makes no rules folder where there is none', async () => {
    const ran = await lanekeeper(['rules', 'schema', at('none')])
    expect(complaintOf(ran)).toMatch(/none: no such folder\. Name a rules folder/)
    expect(ran.code).toBe(1)
  })

  it('says what is in the way', async () => {
    write('blocked/schema', 'a file')
    const ran = await lanekeeper(['rules', 'schema', at('blocked')])
    expect(complaintOf(ran)).toMatch(/schema\/policy\.schema\.json: cannot be written \(ENOTDIR\)\. Check the path/)
    expect(ran.code).toBe(1)
  })
})

describe.concurrent('a command that cannot be carried out', () => {
  write('odd/detect/x.json/y', '')
  write('torn/detect/y', '')
  symlinkSync(at('none'), at('torn/policy.json'))
  const table: [mistake: string, args: string[], env: Record<string, string>, code: number, complaint: RegExp][] = [
    [
      'a missing folder',
      ['rules', 'check', at('none')],
      {},
      1,
      /none: no such folder\. Name a rules folder with --rules/,
    ],
    [
      'a missing folder in the setting',
      ['rules', 'check'],
      { LANEKEEPER_RULES: at('none') },
      1,
      /none: no such folder/,
    ],
    ['a file for a folder', ['rules', 'check', packaged('package.json')], {}, 1, /package\.json: no such folder/],
    ['a folder for a rule', ['rules', 'check', at('odd')], {}, 1, /x\.json: is a folder\. Name a file\./],
    ['a link to nothing', ['rules', 'check', at('torn')], {}, 1, /policy\.json: no such file\. Check the path/],
    [
      'an unknown command',
      ['repaly'],
      {},
      2,
      /unknown command 'repaly'\. Did you mean replay\? Run "lanekeeper --help"/,
    ],
    [
      'an unknown command of rules',
      ['rules', 'chek'],
      {},
      2,
      /'chek'\. Did you mean check\? Run "lanekeeper rules --help"/,
    ],
    [
      'an unknown flag',
      ['rules', 'check', '--jsn'],
      {},
      2,
      /'--jsn'\. Did you mean --json\? Run "lanekeeper rules check --help/,
    ],
    ['a flag before any command', ['--zebra'], {}, 2, /unknown option '--zebra'\. Run "lanekeeper --help" to see/],
  ]
  test.each(table)('%s', async (_mistake, args, env, code, complaint) => {
    const ran = await lanekeeper(args, { env })
    expect(complaintOf(ran)).toMatch(complaint)
    expect(ran.code).toBe(code)
  })

  it('replay with rules that hold mistakes names the first and how to see them all', async () => {
    const folder = await folderWith(
      'spoilt',
      HOURLY,
      edited((rule) => Object.assign(rule, { status: 'on', severity: 'hard' })),
    )
    const ran = await lanekeeper(['replay', packaged('package.json'), '--rules', folder])
    expect(complaintOf(ran)).toMatch(
      /:5 status: "on" is not one of live, shadow, off.* \(and 1 more\)\. Run "lanekeeper rules check/,
    )
    expect(ran.code).toBe(1)
  })

  it('no command at all shows what there is', async () => {
    const { stdout, stderr, code } = await lanekeeper([])
    expect(stderr).toMatch(/^Usage: lanekeeper /)
    expect([stdout, code]).toEqual(['', 2])
  })
})

describe.concurrent('a command that asks for help', () => {
  it.each([['--help'], ['help'], ['replay', '--help'], ['rules', 'check', '--help']])('%s %s', async (...args) => {
    const { stdout, stderr, code } = await lanekeeper(args)
    expect(stdout).toMatch(/^Usage: lanekeeper /)
    expect([stderr, code]).toEqual(['', 0])
  })
})

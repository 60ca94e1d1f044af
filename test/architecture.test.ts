import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { packaged } from '../src/config.ts'
import { rules, unlisted, untested } from './support/architecture.ts'
import { importsOf, readSources } from './support/sources.ts'

const sources = readSources('src')
const tests = readSources('test')
const { dependencies } = JSON.parse(readFileSync(packaged('package.json'), 'utf8'))

describe('the architecture (DESIGN §1)', () => {
  test.each(Object.entries(rules))('%s', (_promise, rule) => {
    expect(rule(sources)).toEqual([])
  })

  test('every folder of src has tests at the same path', () => {
    expect(untested(sources, tests)).toEqual([])
  })

  test('the package depends on every library that shipped code imports', () => {
    expect(unlisted(sources, Object.keys(dependencies))).toEqual([])
  })

  test('the checks look at the real files', () => {
    expect(sources.map(({ path }) => path)).toContain('src/evaluate/check/check.ts')
    expect(importsOf(sources.find(({ path }) => path === 'src/pipeline.ts')!).length).toBeGreaterThan(10)
  })
})

describe('a rule that is broken says which file breaks it', () => {
  const engine = "import { Engine } from 'json-rules-engine'"
  const broken: [promise: keyof typeof rules, path: string, text: string, message: string][] = [
    ['every file lies in a place that the design names', 'src/tools/x.ts', '', 'names'],
    ['nothing is imported from outside src', 'src/cli/x.ts', "import { a } from '../../test/a.ts'", 'outside'],
    ['base files stand on their own', 'src/logger.ts', "import { readConfig } from './config.ts'", 'errors.ts'],
    ['of the base, pure files know errors.ts only', 'src/decide/x.ts', "import { db } from '../db.ts'", 'errors.ts'],
    [
      'of the base, pure files know errors.ts only',
      'src/replay/x.ts',
      "import type { Config } from '../config.ts'",
      'errors.ts',
    ],
    [
      'a step of the path knows types of earlier steps only',
      'src/window/x.ts',
      "import { label } from '../classify/label.ts'",
      'import type',
    ],
    [
      'a step of the path knows types of earlier steps only',
      'src/window/x.ts',
      "export { label } from '../classify/label.ts'",
      'import type',
    ],
    [
      'a step of the path knows types of earlier steps only',
      'src/window/x.ts',
      "import {\n  type A,\n  b,\n} from '../classify/label.ts'",
      'import type',
    ],
    [
      'a step of the path knows types of earlier steps only',
      'src/decide/x.ts',
      "import type { Notice } from '../explain/notice.ts'",
      'comes after',
    ],
    [
      'a step of the path knows types of earlier steps only',
      'src/decide/x.ts',
      "import type { AccountState } from '../account.ts'",
      'earlier steps',
    ],
    [
      'a step of the path knows types of earlier steps only',
      'src/simulate/x.ts',
      "import { advance } from '../pipeline.ts'",
      'earlier steps',
    ],
    [
      'pipeline, step, account and replay combine steps and nothing else',
      'src/pipeline.ts',
      "import { x } from './replay/replay.ts'",
      'combine',
    ],
    [
      'pipeline, step, account and replay combine steps and nothing else',
      'src/replay/x.ts',
      "import { tell } from '../cli/output.ts'",
      'combine',
    ],
    ['I/O folders do not import each other', 'src/persist/x.ts', "import { x } from '../publish/x.ts'", 'combine'],
    ['I/O folders do not import each other', 'src/cli/x.ts', "import { x } from '../train/x.ts'", 'not shipped'],
    ['nobody imports main.ts', 'src/cli/x.ts', "import '../main.ts'", 'root'],
    ['gateway and console stand by themselves', 'src/gateway/x.ts', "import { x } from '../errors.ts'", 'by itself'],
    ['pure files import no I/O', 'src/decode/x.ts', "import { readFile } from 'node:fs/promises'", 'no I/O'],
    ['pure files import no I/O', 'src/replay/x.ts', "import type { Readable } from 'node:stream'", 'no I/O'],
    ['pure files import no I/O', 'src/account.ts', "import fs from 'fs'", 'no I/O'],
    ['pure files import no I/O', 'src/explain/x.ts', "import pino from 'pino'", 'list of libraries'],
    ['pure files read no clock, chance, environment or console', 'src/decide/x.ts', 'const at = Date.now()', ':1:'],
    ['pure files read no clock, chance, environment or console', 'src/pipeline.ts', '\nconst at = new Date()', ':2:'],
    [
      'pure files read no clock, chance, environment or console',
      'src/window/x.ts',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the source of a template
      'const id = `a-${Math.random()}` // one more',
      'chance',
    ],
    ['pure files read no clock, chance, environment or console', 'src/replay/x.ts', 'performance.now()', ':1:'],
    ['pure files read no clock, chance, environment or console', 'src/entitle/x.ts', 'process.exit()', ':1:'],
    ['pure files read no clock, chance, environment or console', 'src/simulate/x.ts', 'setTimeout(go, 1)', 'timer'],
    ['every library has one home', 'src/replay/x.ts', engine, 'src/evaluate/'],
    ['every library has one home', 'src/api/x.ts', "import pg from 'pg'", 'src/db.ts'],
    ['every library has one home', 'src/persist/x.ts', "await import('kafkajs')", 'src/consume/'],
    ['the environment is read in config.ts only', 'src/cli/x.ts', 'process.env.HOME', 'config.ts'],
    ['no folder is a rag-bag', 'src/cli/utils/x.ts', '', 'where it is used'],
    ['no file is too long', 'src/decode/x.ts', 'const a = 1\n'.repeat(251), '251 lines'],
  ]

  test.each(broken)('%s: %s', (promise, path, text, message) => {
    const faults = rules[promise]!([{ path, text }])
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(new RegExp(`^${path}\\b`))
    expect(faults[0]).toContain(message)
  })

  const fine: [path: string, text: string][] = [
    ['src/config.ts', "import { LanekeeperError } from './errors.ts'\nprocess.env.HOME"],
    [
      'src/decide/x.ts',
      "import type { Match } from '../evaluate/match.ts'\nimport { LanekeeperError } from '../errors.ts'",
    ],
    ['src/window/x.ts', "import { createHash } from 'node:crypto'\nconst day = new Date(at) // never Date.now()"],
    ['src/evaluate/x.ts', `/** Not for process.env or setTimeout. */\n${engine}`],
    ['src/replay/x.ts', "import { advance } from '../pipeline.ts'\nimport { decode } from '../decode/decode.ts'"],
    ['src/pipeline.ts', "import { decide } from './decide/decide.ts'\nimport type { Input } from './account.ts'"],
    ['src/cli/x.ts', "import { sweep } from '../sweep/sweep.ts'\nimport { Command } from 'commander'\nDate.now()"],
    ['src/simulate/prompts/x.ts', "'Why is Date.now() slow?',\n".repeat(300)],
  ]

  test.each(fine)('%s breaks nothing', (path, text) => {
    expect(Object.values(rules).flatMap((rule) => rule([{ path, text }]))).toEqual([])
  })

  test('a folder without tests is named, a test elsewhere does not count', () => {
    const source = [{ path: 'src/decide/decide.ts', text: '' }]
    expect(untested(source, [{ path: 'test/decide/deeper/x.test.ts', text: '' }])).toEqual([
      'src/decide/: has code, but test/decide/ has no test',
    ])
    expect(untested(source, [{ path: 'test/decide/decide.test.ts', text: '' }])).toEqual([])
  })

  test('a library that only developers have is named, unless training alone needs it', () => {
    const text = "import { x } from '@scope/name/part'"
    expect(unlisted([{ path: 'src/cli/x.ts', text }], ['name'])).toHaveLength(1)
    expect(unlisted([{ path: 'src/cli/x.ts', text }], ['@scope/name'])).toEqual([])
    expect(unlisted([{ path: 'src/train/x.ts', text }], [])).toEqual([])
  })
})

import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packaged } from '../../src/config.ts'
import { misuse } from '../support/events.ts'
import { checkTypes, copyProject, run } from '../support/packing.ts'

const MEGABYTE = 1_000_000

let root: string
let copy: string
let consumer: string
let tarball: string
let files: string[]

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'lanekeeper-pack-'))
  copy = join(root, 'copy')
  consumer = join(root, 'consumer')
  await copyProject(copy)
  await mkdir(join(copy, 'dist'))
  await writeFile(join(copy, 'dist', 'left-over.js'), '')
  await run(copy, 'npm', 'pack', '--foreground-scripts', '--pack-destination', root)
  tarball = join(root, (await readdir(root)).find((name) => name.endsWith('.tgz'))!)
  files = (await run(root, 'tar', '-tzf', tarball)).stdout.trim().split('\n')

  await mkdir(consumer)
  await writeFile(join(consumer, 'package.json'), '{ "private": true, "type": "module" }')
  await run(consumer, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', tarball)
}, 300_000)

afterAll(() => rm(root, { recursive: true, force: true }))

describe('the package', () => {
  test('holds compiled code with types, weights, rules and licence, and nothing else', async () => {
    expect(files).toContain('package/dist/main.js')
    expect(files).toContain('package/dist/index.d.ts')
    expect(files).toContain('package/dist/classify/weights.bin')
    expect(files).toContain('package/rules/policy.json')
    expect(files).toContain('package/migrations/0001_accounts_and_ledger.sql')
    expect(files).toContain('package/LICENSE')
    const known =
      /^package\/(dist\/.+\.(js|d\.ts|bin)|rules\/.+\.jsonl?|migrations\/.+\.sql|package\.json|LICENSE|README\.md|CHANGELOG\.md)$/
    expect(files.filter((name) => !known.test(name))).toEqual([])
    expect(files.filter((name) => /\/train\/|left-over/.test(name))).toEqual([])
  })

  test('is smaller than 6 MB', async () => {
    expect((await stat(tarball)).size).toBeLessThan(6 * MEGABYTE)
  })

  test('starts from dist, while the checkout goes on starting from its sources', async () => {
    const installed = JSON.parse(await readFile(join(consumer, 'node_modules/lanekeeper/package.json'), 'utf8'))
    expect(installed.bin).toEqual({ lanekeeper: 'dist/main.js' })
    expect(await readFile(join(copy, 'package.json'), 'utf8')).toBe(await readFile(packaged('package.json'), 'utf8'))
  })
})

describe('installed in an empty project', () => {
  test('"npx lanekeeper replay" throttles a misuser, as the checkout does', async () => {
    await writeFile(join(consumer, 'events.jsonl'), misuse())
    const { stdout, stderr } = await run(consumer, 'npx', 'lanekeeper', 'replay', 'events.jsonl')
    const entries = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type)
    expect(entries).toEqual(['ViolationRecorded', 'RestrictionImposed', 'NoticeIssued'])
    expect(stderr).toContain('30 lines, 1 accounts')
    const sources = await run(consumer, process.execPath, join(copy, 'src/main.ts'), 'replay', 'events.jsonl')
    expect(stdout).toBe(sources.stdout)
  })

  test('"npx lanekeeper classify" finds its weights', async () => {
    await writeFile(join(consumer, 'requests.jsonl'), '{"id":"a","text":"Why does this TypeScript test fail?"}\n')
    const { stdout } = await run(consumer, 'npx', 'lanekeeper', 'classify', 'requests.jsonl')
    expect(JSON.parse(stdout)).toMatchObject({ id: 'a', label: expect.any(String), score: expect.any(Number) })
  })

  test('"npx lanekeeper keys create" makes its database from the migrations that come along', async () => {
    const { stdout } = await run(consumer, 'npx', 'lanekeeper', 'keys', 'create', '--role', 'gateway')
    expect(stdout).toMatch(/^\S+\n$/)
  })

  test('"npx lanekeeper rules check" finds no mistake in the rules that come along', async () => {
    const { stdout } = await run(consumer, 'npx', 'lanekeeper', 'rules', 'check')
    expect(stdout).toMatch(/no mistakes; rule set [0-9a-f]{16}\n.*canary: \d+ requests .*none judged non-coding/)
  })

  test('the main export has types and runs', async () => {
    const use = [
      "import { readFileSync } from 'node:fs'",
      "import { initialState, readModel, type AccountState } from 'lanekeeper'",
      "const model = readModel(readFileSync(new URL(import.meta.resolve('lanekeeper/weights.bin'))))",
      "const state: AccountState = initialState('dana')",
      "console.log(state.accountId, model.version.startsWith('blocks'))",
    ].join('\n')
    await writeFile(join(consumer, 'use.ts'), use)
    await checkTypes(consumer, 'use.ts', '--types', 'node', '--typeRoots', packaged('node_modules/@types'))
    expect((await run(consumer, process.execPath, 'use.ts')).stdout).toBe('dana true\n')
  })

  test('a mistake of types is one: the check above can fail', async () => {
    await writeFile(join(consumer, 'misuse.ts'), "import { advance } from 'lanekeeper'\nadvance('no state')\n")
    const checked = checkTypes(consumer, 'misuse.ts', '--types', 'node', '--typeRoots', packaged('node_modules/@types'))
    await expect(checked).rejects.toThrow(/misuse\.ts\(2,\d+\): error/)
  })
})

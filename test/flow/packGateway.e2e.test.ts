import { readdirSync } from 'node:fs'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { packaged } from '../../src/config.ts'
import { loadScorer } from '../../src/gateway/index.ts'
import { checkTypes, copyProject, run } from '../support/packing.ts'
import { scratch } from '../support/scratch.ts'

const MOST_BYTES = 2_500_000
const { folder, at } = scratch()
const copy = at('copy')
const consumer = at('consumer')
const installed = join(consumer, 'node_modules/@lanekeeper/gateway')

beforeAll(async () => {
  await copyProject(copy)
  await mkdir(join(copy, 'dist-gateway'))
  await writeFile(join(copy, 'dist-gateway', 'left-over.js'), '')
  await run(copy, 'npm', 'run', 'pack:gateway', '--', '--pack-destination', folder)
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!
  await mkdir(consumer)
  await writeFile(join(consumer, 'package.json'), '{ "private": true, "type": "module" }')
  await run(consumer, 'npm', 'install', '--offline', '--no-audit', '--no-fund', at(tarball))
}, 300_000)

/** Every file of the installed package, with its bytes. */
async function files(): Promise<Map<string, number>> {
  const names = readdirSync(installed, { recursive: true, encoding: 'utf8' })
  const stats = await Promise.all(names.map(async (name) => [name, await stat(join(installed, name))] as const))
  return new Map(stats.filter(([, one]) => one.isFile()).map(([name, { size }]) => [name, size]))
}

/** Runs lines of JavaScript in the consumer's project; what they print, parsed. */
async function printed(code: string): Promise<unknown> {
  await writeFile(join(consumer, 'example.js'), code)
  return JSON.parse((await run(consumer, process.execPath, 'example.js')).stdout)
}

/** The example of a page, made to print what its last statement gives. */
async function exampleOf(page: string): Promise<string> {
  const [, code] = /```js\n(import [\s\S]*?)```/.exec(await readFile(packaged(page), 'utf8'))!
  return code!.includes('console.log')
    ? code!
    : `${code!.replace(/\nscore\(/, '\nconst last = score(')}
console.log(JSON.stringify(last))`
}

describe('the gateway package', () => {
  test('holds the scoring half with its types, the weights and the licence, and nothing else', async () => {
    const names = [...(await files()).keys()]
    expect(names).toEqual(expect.arrayContaining(['gateway/index.d.ts', 'classify/weights.bin', 'LICENSE']))
    const known =
      /^(gateway\/index\.(js|d\.ts)|classify\/((payload\/)?\w+\.js|weights\.bin)|package\.json|LICENSE|README\.md)$/
    expect(names.filter((name) => !known.test(name))).toEqual([])
    expect(names.filter((name) => /left-over|label|memory|session|scoreEvent/.test(name))).toEqual([])
  })

  test('takes at most 2.5 MB, weights included', async () => {
    const sizes = [...(await files()).values()]
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MOST_BYTES)
  })

  test('needs nothing: no dependency, no script, no import but node:fs/promises, and that only on demand', async () => {
    const read = async (path: string) => JSON.parse(await readFile(path, 'utf8'))
    const mine = await read(join(installed, 'package.json'))
    expect(Object.keys(mine).filter((key) => /dependencies|scripts|^bin$/i.test(key))).toEqual([])
    expect(mine.version).toBe((await read(packaged('package.json'))).version)
    expect(readdirSync(join(consumer, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['@lanekeeper'])
    const scripts = [...(await files()).keys()].filter((name) => name.endsWith('.js'))
    const code = (await Promise.all(scripts.map((name) => readFile(join(installed, name), 'utf8')))).join('\n')
    const imported = [...code.matchAll(/\b(?:from |import ?\(?)'([^'.][^']*)'/g)].map(([, name]) => name)
    expect(imported).toEqual(['node:fs/promises'])
    expect(code).toContain("await import('node:fs/promises')")
    expect(code).not.toMatch(/\b(process|Buffer|require)\b[.(]/)
  })
})

describe('installed in an empty project', () => {
  const texts = ['Why does this TypeScript test fail?', '请写一篇关于秋天的散文', '']

  test('scores as the server does', async () => {
    const { score } = await loadScorer()
    const code = `import { loadScorer } from '@lanekeeper/gateway'
const { score } = await loadScorer()
console.log(JSON.stringify(${JSON.stringify(texts)}.map((text) => score({ text, tools: ['Bash'] }))))`
    expect(await printed(code)).toEqual(texts.map((text) => score({ text, tools: ['Bash'] })))
  })

  test('takes the bytes of its weights where there is no file system', async () => {
    const code = `import { readFileSync } from 'node:fs'
import { loadScorer } from '@lanekeeper/gateway'
const bytes = readFileSync(new URL(import.meta.resolve('@lanekeeper/gateway/weights.bin')))
console.log(JSON.stringify([await loadScorer(bytes), await loadScorer()].map(({ classifier }) => classifier)))`
    const { classifier } = await loadScorer()
    expect(await printed(code)).toEqual([classifier, classifier])
  })

  test.each(['docs/gateway.md', 'src/gateway/README.md'])('the example of %s runs', async (page) => {
    expect(await printed(await exampleOf(page))).toMatchObject({
      classifier: (await loadScorer()).classifier,
      ...{ nonCoding: expect.any(Number), evidence: expect.any(Number), role: 'user', category: expect.any(String) },
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
  })

  test('has types that need no others, and a mistake of types is one', async () => {
    const use = (text: string) => `import { loadScorer, type Score, type Scorer } from '@lanekeeper/gateway'
const scorer: Scorer = await loadScorer()
export const made: Score = scorer.score({ text: ${text}, role: 'tool', tools: ['Read'] as const })`
    await writeFile(join(consumer, 'use.ts'), use("'hello'"))
    await checkTypes(consumer, 'use.ts', '--types', '')
    await writeFile(join(consumer, 'misuse.ts'), use('7'))
    await expect(checkTypes(consumer, 'misuse.ts', '--types', '')).rejects.toThrow(/misuse\.ts\(3,\d+\): error/)
  })

  test('says in one sentence that its weights are gone', async () => {
    await rm(join(installed, 'classify/weights.bin'))
    const code = `import { loadScorer } from '@lanekeeper/gateway'
await loadScorer().catch((error) => console.log(JSON.stringify(error.message)))`
    expect(await printed(code)).toMatch(/^the weights file cannot be read: .*weights\.bin/)
  })
})

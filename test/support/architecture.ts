import { builtinModules } from 'node:module'
import { type Import, importsOf, type Source, withoutComments } from './sources.ts'

/** A rule of DESIGN §1: the faults it finds, each `file: what is wrong and what is right`. */
export type Rule = (sources: readonly Source[]) => string[]

const BASE = ['config', 'clock', 'errors', 'logger', 'metrics', 'db'].map((name) => `src/${name}.ts`)
const MACHINE = ['src/account.ts', 'src/step.ts', 'src/pipeline.ts', 'src/index.ts']
/** The pure folders that an event passes through, in order. */
const PATH = ['decode', 'classify', 'window', 'evaluate', 'decide', 'explain', 'entitle']
/** Pure, but no step of the path; replay combines the steps over lines that it is handed. */
const BESIDE_PATH = ['simulate', 'replay']
const IO = ['consume', 'persist', 'publish', 'sweep', 'api', 'cli', 'train']
const COMBINES = ['sweep', 'api', 'cli']
/** Live in the project, but talk to the rest over HTTP or as a package only. */
const APART = ['gateway', 'console']

const PURE_MODULES = ['node:crypto']
const PURE_LIBRARIES = ['zod', 'canonicalize', 'json-rules-engine', 'jsonc-parser', 'leven']
const HOMES: Record<string, string[]> = {
  'json-rules-engine': ['src/evaluate/'],
  kafkajs: ['src/consume/', 'src/publish/'],
  fastify: ['src/api/'],
  pg: ['src/db.ts'],
  'prom-client': ['src/metrics.ts'],
  commander: ['src/cli/', 'src/main.ts'],
  'log-update': ['src/cli/'],
  pino: ['src/logger.ts'],
}

/** What a pure file may not touch: clocks, chance, timers, the environment, the outside. */
const IMPURE: [RegExp, string][] = [
  [/\bDate\.now\b/, 'Date.now'],
  [/\bnew Date\b(?!\()|\bnew Date\(\s*\)/, 'new Date()'],
  [/\bMath\.random\b/, 'Math.random'],
  [/\bperformance\./, 'performance'],
  [/\bset(?:Timeout|Interval|Immediate)\b/, 'a timer'],
  [/\bprocess\./, 'process'],
  [/\bglobalThis\b/, 'globalThis'],
  [/\bconsole\./, 'console'],
  [/\bfetch\(/, 'fetch'],
  [/\bimport\(/, 'a dynamic import'],
  [/\brandom(?:UUID|Bytes|Int)\b|\bgetRandomValues\b/, 'chance'],
]

const MOST_LINES = 250
const NO_FOLDERS = ['utils', 'helpers', 'common', 'types', 'models']
/** Lists of prompts are data in the form of code: long, and seen by the tests of simulate/. */
const PROMPTS = 'src/simulate/prompts/'

/** `decode` of `src/decode/lines.ts`, undefined for a file right in src. */
const folderOf = (path: string) => path.split('/').slice(1, -1)[0]
const isPure = (path: string) => MACHINE.includes(path) || [...PATH, ...BESIDE_PATH].includes(folderOf(path) ?? '')

/** One fault per import that `wrong` has something to say about. */
const overImports =
  (wrong: (path: string, one: Import) => string | undefined): Rule =>
  (sources) =>
    sources.flatMap((source) =>
      importsOf(source).flatMap((one) => {
        const fault = wrong(source.path, one)
        return fault ? [`${source.path}: imports ${one.specifier}; ${fault}`] : []
      }),
    )

const knownPlaces: Rule = (sources) => {
  const files = [...BASE, ...MACHINE, 'src/main.ts']
  const folders = [...PATH, ...BESIDE_PATH, ...IO, ...APART]
  const lost = sources.filter(({ path }) => !files.includes(path) && !folders.includes(folderOf(path) ?? ''))
  return lost.map(({ path }) => `${path}: lies in no place that DESIGN §1 names`)
}

const insideSource = overImports((_path, { target }) =>
  target === undefined || target.startsWith('src/') ? undefined : 'nothing in src may import what lies outside it',
)

const baseIsBase = overImports((path, { target }) =>
  BASE.includes(path) && target && target !== 'src/errors.ts'
    ? 'base files import nothing of ours but errors.ts'
    : undefined,
)

const pureImportsErrorsOnly = overImports((path, { target }) =>
  isPure(path) && target && BASE.includes(target) && target !== 'src/errors.ts'
    ? 'of the base a pure file imports errors.ts only'
    : undefined,
)

const stepsInOrder = overImports((path, { target, isType }) => {
  const folder = folderOf(path)!
  if (!target || folder === 'replay' || !isPure(path) || MACHINE.includes(path)) return undefined
  const other = folderOf(target)
  if (other === folder || BASE.includes(target)) return undefined
  if (!PATH.includes(other ?? '')) return 'a step knows nothing but earlier steps'
  const isEarlier = folder === 'simulate' || PATH.indexOf(other!) < PATH.indexOf(folder)
  if (!isEarlier) return `${other}/ comes after ${folder}/ on the path`
  return isType ? undefined : 'of an earlier step only types may be imported (import type)'
})

const machineKnowsSteps = overImports((path, { target }) => {
  if (!target || !(MACHINE.includes(path) || folderOf(path) === 'replay')) return undefined
  const isKnown = MACHINE.includes(target) || target === 'src/errors.ts' || PATH.includes(folderOf(target) ?? '')
  return isKnown || folderOf(target) === folderOf(path)
    ? undefined
    : 'it may combine the steps of the path, nothing else'
})

const ioFoldersApart = overImports((path, { target }) => {
  const [from, to] = [folderOf(path), target && folderOf(target)]
  if (!from || !to || from === to || !IO.includes(from) || !IO.includes(to)) return undefined
  if (to === 'train') return 'train/ is not shipped, so nothing may need it'
  return COMBINES.includes(from) ? undefined : `only main.ts, ${COMBINES.join('/, ')}/ combine I/O folders`
})

const mainIsTheRoot = overImports((_path, { target }) =>
  target === 'src/main.ts' ? 'main.ts is the composition root: it imports, nobody imports it' : undefined,
)

const apartByThemselves = overImports((path, { target }) => {
  const folder = folderOf(path) ?? ''
  if (!APART.includes(folder) || !target || folderOf(target) === folder) return undefined
  return folder === 'gateway' && folderOf(target) === 'classify' ? undefined : `${folder}/ stands by itself`
})

const pureModules = overImports((path, { specifier, target }) => {
  if (!isPure(path) || target) return undefined
  if (isBuiltin(specifier)) return PURE_MODULES.includes(specifier) ? undefined : 'a pure file does no I/O'
  return PURE_LIBRARIES.includes(libraryOf(specifier))
    ? undefined
    : `not on the list of libraries that a pure file may use (${PURE_LIBRARIES.join(', ')})`
})

const librariesAtHome = overImports((path, { specifier, target }) => {
  const homes = target ? undefined : HOMES[libraryOf(specifier)]
  return homes && !homes.some((home) => path.startsWith(home)) ? `its home is ${homes.join(' and ')}` : undefined
})

const environmentAtHome: Rule = (sources) =>
  sources
    .filter(
      ({ path, text }) =>
        path !== 'src/config.ts' && /\bprocess\.env\b|\benv\b.*node:process/.test(withoutComments(text)),
    )
    .map(({ path }) => `${path}: reads process.env; only config.ts does`)

const pureWords: Rule = (sources) =>
  sources
    .filter(({ path }) => isPure(path) && !path.startsWith(PROMPTS)) // prompts speak of code, they run none
    .flatMap(({ path, text }) =>
      withoutComments(text)
        .split('\n')
        .flatMap((line, index) =>
          IMPURE.filter(([word]) => word.test(line)).map(
            ([, name]) =>
              `${path}:${index + 1}: uses ${name}; a pure file gets time and chance as arguments, and does no I/O`,
          ),
        ),
    )

const folderNames: Rule = (sources) =>
  sources
    .filter(({ path }) =>
      path
        .split('/')
        .slice(0, -1)
        .some((part) => NO_FOLDERS.includes(part)),
    )
    .map(({ path }) => `${path}: lies in a folder named for nothing; a thing lives where it is used`)

const fileLengths: Rule = (sources) =>
  sources
    .filter(({ path, text }) => !path.startsWith(PROMPTS) && lineCount(text) > MOST_LINES)
    .map(({ path, text }) => `${path}: has ${lineCount(text)} lines, more than ${MOST_LINES}: is it one concept?`)

const lineCount = (text: string) => text.split('\n').length - 1

/** Every rule over src, by what it promises. */
export const rules: Record<string, Rule> = {
  'every file lies in a place that the design names': knownPlaces,
  'nothing is imported from outside src': insideSource,
  'base files stand on their own': baseIsBase,
  'of the base, pure files know errors.ts only': pureImportsErrorsOnly,
  'a step of the path knows types of earlier steps only': stepsInOrder,
  'pipeline, step, account and replay combine steps and nothing else': machineKnowsSteps,
  'I/O folders do not import each other': ioFoldersApart,
  'nobody imports main.ts': mainIsTheRoot,
  'gateway and console stand by themselves': apartByThemselves,
  'pure files import no I/O': pureModules,
  'pure files read no clock, chance, environment or console': pureWords,
  'every library has one home': librariesAtHome,
  'the environment is read in config.ts only': environmentAtHome,
  'no folder is a rag-bag': folderNames,
  'no file is too long': fileLengths,
}

/** Folders of src with code that no test folder of the same path answers. */
export function untested(sources: readonly Source[], tests: readonly Source[]): string[] {
  const folders = sources.filter(({ path }) => !path.startsWith(PROMPTS)).map(({ path }) => parentOf(path))
  return [...new Set(folders)]
    .filter((folder) => folder !== 'src')
    .map((folder) => [folder, folder.replace('src', 'test')] as const)
    .filter(([, test]) => !tests.some(({ path }) => parentOf(path) === test && path.endsWith('.test.ts')))
    .map(([folder, test]) => `${folder}/: has code, but ${test}/ has no test`)
}

/** Libraries that shipped code needs and package.json does not list as dependencies. */
export function unlisted(sources: readonly Source[], dependencies: readonly string[]): string[] {
  const shipped = sources.filter(({ path }) => folderOf(path) !== 'train')
  return shipped.flatMap((source) =>
    importsOf(source)
      .filter(({ specifier, target }) => !target && !isBuiltin(specifier))
      .filter(({ specifier }) => !dependencies.includes(libraryOf(specifier)))
      .map(
        ({ specifier }) => `${source.path}: imports ${specifier}, which package.json has not among its dependencies`,
      ),
  )
}

const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/'))
const isBuiltin = (specifier: string) => specifier.startsWith('node:') || builtinModules.includes(specifier)

/** `@scope/name` of `@scope/name/part`. */
const libraryOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

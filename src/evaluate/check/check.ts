import type { z } from 'zod'
import { detectRule, enforceRule, languages, notices, policy, type RuleDocuments, recoverRule } from '../documents.ts'
import { crossCheck, type Read, type ReadDocuments } from './crossChecks.ts'
import { nearest } from './nearest.ts'
import { shapeOf } from './shape.ts'
import { parseSource, type RuleFile, type RuleProblem } from './source.ts'

/** Folders below the rules folder that are not part of a rule set. */
const besides = ['cases', 'canary', 'schema']
const folders = { detect: detectRule, enforce: enforceRule, recover: recoverRule, notices } as const

/** The documents of a rules folder, or every mistake in it, ordered by file and line. */
export async function check(
  files: readonly RuleFile[],
): Promise<{ documents?: RuleDocuments; problems: RuleProblem[] }> {
  const problems: RuleProblem[] = []
  const read = readAll(files, problems)
  if (read) problems.push(...(await crossCheck(read)))
  if (!read || problems.length > 0)
    return { problems: problems.sort((a, b) => compare(a.file, b.file) || a.line - b.line) }
  const plain = <T>(list: Read<T>[]): T[] => list.map(({ document }) => document)
  return {
    documents: {
      policy: read.policy.document,
      detect: plain(read.detect),
      enforce: plain(read.enforce),
      recover: plain(read.recover),
      notices: { en: read.notices.en.document, zh: read.notices.zh.document },
    },
    problems,
  }
}

function readAll(files: readonly RuleFile[], problems: RuleProblem[]): ReadDocuments | undefined {
  const read = <T extends z.ZodType>(file: RuleFile, schema: T): Read<z.infer<T>>[] => {
    const { source, problems: broken } = parseSource(file)
    const shaped = broken.length > 0 ? { document: undefined, problems: broken } : shapeOf(source, schema)
    problems.push(...shaped.problems)
    return shaped.document === undefined ? [] : [{ source, document: shaped.document }]
  }
  const only = <T extends z.ZodType>(path: string, schema: T): Read<z.infer<T>> | undefined => {
    const file = files.find((one) => one.path === path)
    if (!file) problems.push({ file: path, path: '', line: 1, message: 'is missing' })
    return file && read(file, schema)[0]
  }
  const inFolder = <T extends z.ZodType>(folder: string, schema: T) =>
    files.filter(({ path }) => path.startsWith(`${folder}/`)).flatMap((file) => read(file, schema))

  problems.push(...strays(files))
  const documents = {
    policy: only('policy.json', policy),
    detect: inFolder('detect', detectRule),
    enforce: inFolder('enforce', enforceRule),
    recover: inFolder('recover', recoverRule),
    notices: { en: only('notices/en.json', notices), zh: only('notices/zh.json', notices) },
  }
  const isComplete =
    problems.length === 0 && documents.policy && languages.every((language) => documents.notices[language])
  return isComplete ? (documents as ReadDocuments) : undefined
}

/** JSON files that nothing reads: a rule in a folder with a slip in its name would otherwise be silently without effect. */
function strays(files: readonly RuleFile[]): RuleProblem[] {
  const known = ['policy.json', ...Object.keys(folders), ...besides]
  const wordings = languages.map((language) => `notices/${language}.json`)
  return files.flatMap(({ path }) => {
    const [top = ''] = path.split('/')
    if (top === 'canary')
      return [
        { file: path, path: '', line: 1, message: 'is read by nothing; a canary is lines of JSON in canary/*.jsonl' },
      ]
    if (top === 'notices' ? wordings.includes(path) : known.includes(top)) return []
    const hint = top === 'notices' ? `; wording stands in ${wordings.join(' and ')}` : nearest(top, known)
    return [
      { file: path, path: '', line: 1, message: `is read by nothing${hint || `; known are ${known.join(', ')}`}` },
    ]
  })
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))

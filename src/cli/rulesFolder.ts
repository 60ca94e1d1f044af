import { existsSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { packaged, readConfig } from '../config.ts'
import { LanekeeperError } from '../errors.ts'
import { check } from '../evaluate/check/check.ts'
import type { RuleFile, RuleProblem } from '../evaluate/check/source.ts'
import { buildRuleSet, type RuleSet } from '../evaluate/ruleSet.ts'
import { textOf } from './inputFile.ts'

/** The rules folder that a command means: its flag, the setting, `rules` here, or the one in the package. */
export function rulesFolder(flag: string | undefined): string {
  const named = flag ?? readConfig().rulesFolder
  if (named !== undefined) return named
  return existsSync('rules/policy.json') ? 'rules' : packaged('rules')
}

/** Every JSON file of a rules folder. Throws where there is no such folder, or one of them cannot be read. */
export async function readRuleFiles(folder: string): Promise<RuleFile[]> {
  demandFolder(folder)
  const names = await readdir(folder, { recursive: true })
  const paths = names.filter((name) => name.endsWith('.json')).sort()
  return Promise.all(
    paths.map(async (name) => ({ path: name.split(sep).join('/'), text: await textOf(join(folder, name)) })),
  )
}

/** Throws where there is no such folder. */
export function demandFolder(folder: string): void {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new LanekeeperError(
      'file_missing',
      `${folder}: no such folder`,
      'Name a rules folder with --rules or LANEKEEPER_RULES.',
    )
}

/** The rule set of a folder. Throws with the first mistakes if it has any. */
export async function loadRules(flag: string | undefined): Promise<RuleSet> {
  const folder = rulesFolder(flag)
  const { documents, problems } = await check(await readRuleFiles(folder))
  if (documents) return buildRuleSet(documents)
  const first = problems[0]!
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  throw new LanekeeperError(
    'rules_invalid',
    `${printProblem(folder, first)}${more}`,
    `Run "lanekeeper rules check ${folder}" to see all of them.`,
  )
}

/** `rules/detect/x.json:12 conditions.all[0].fact: what is wrong` */
export const printProblem = (folder: string, { file, line, path, message }: RuleProblem): string =>
  `${join(folder, file)}:${line} ${path ? `${path}: ` : ''}${message}`

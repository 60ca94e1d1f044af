import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packaged } from '../../config.ts'
import { check } from '../../evaluate/check/check.ts'
import { buildRuleSet, type RuleSet } from '../../evaluate/ruleSet.ts'

/** The rules that come with the package. */
export async function defaultRules(folder = packaged('rules')): Promise<RuleSet> {
  const paths = globSync('**/*.json', { cwd: folder }).sort()
  const files = paths.map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }))
  const { documents, problems } = await check(files)
  if (!documents) throw new Error(`${folder}: ${problems[0]!.file}: ${problems[0]!.message}`)
  return buildRuleSet(documents)
}

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { EXIT } from '../errors.ts'
import { check } from '../evaluate/check/check.ts'
import { ruleSchemas } from '../evaluate/ruleSchemas.ts'
import { buildRuleSet } from '../evaluate/ruleSet.ts'
import { canaryLine, judgeCanary } from './canary.ts'
import { openOutput } from './outputFile.ts'
import { demandFolder, printProblem, readRuleFiles, rulesFolder } from './rulesFolder.ts'

/** `lanekeeper rules …` */
export function addRules(program: Command): void {
  const rules = program.command('rules').description('work with the rules folder')
  onFolder(rules.command('check'))
    .description('find every mistake in a rules folder, prove its ladder, and play its canary')
    .option('--json', 'print the outcome as JSON')
    .action(checkRules)
  onFolder(rules.command('schema'))
    .description('write the JSON Schemas that the rule files name into its folder schema/')
    .action(writeSchemas)
}

const onFolder = (command: Command): Command =>
  command
    .argument('[folder]', 'the rules folder (default: LANEKEEPER_RULES, else rules)')
    .option('--rules <folder>', 'the same, as an option')

async function checkRules(argument: string | undefined, options: { rules?: string; json?: boolean }): Promise<void> {
  const folder = rulesFolder(argument ?? options.rules)
  const files = await readRuleFiles(folder)
  const [{ documents, problems: mistakes }, canary] = await Promise.all([check(files), judgeCanary(folder)])
  const problems = [...mistakes, ...canary.problems]
  const ruleSet = documents && (await buildRuleSet(documents))
  if (problems.length > 0) process.exitCode = EXIT.failed
  if (options.json) {
    const version = ruleSet?.version ?? null
    return writeLines([JSON.stringify({ folder, version, canary: canary.counts, problems })])
  }
  if (!ruleSet || problems.length > 0) return writeLines(problems.map((problem) => printProblem(folder, problem)))
  const count = files.filter(({ path }) => !path.startsWith('schema/')).length
  return writeLines([
    `${folder}: ${count} files, no mistakes; rule set ${ruleSet.version}`,
    canaryLine(folder, canary.counts),
  ])
}

/** Writes the schemas that rule files name, so that editors complete and check them. */
async function writeSchemas(argument: string | undefined, options: { rules?: string }): Promise<void> {
  const folder = rulesFolder(argument ?? options.rules)
  demandFolder(folder)
  await mkdir(join(folder, 'schema'), { recursive: true }).catch(() => {}) // what is wrong then shows in writing
  const schemas = [...ruleSchemas()].map(([name, text]) => ({ path: join(folder, 'schema', name), text }))
  for (const { path, text } of schemas) await writeLines([text.trimEnd()], path)
  return writeLines(schemas.map(({ path }) => path))
}

async function writeLines(lines: readonly string[], path?: string): Promise<void> {
  const output = await openOutput(path)
  for (const line of lines) await output.line(line)
  await output.close()
}

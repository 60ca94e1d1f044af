import type { Reloaded } from '../api/deps.ts'
import { LanekeeperError } from '../errors.ts'
import { check } from '../evaluate/check/check.ts'
import { buildRuleSet } from '../evaluate/ruleSet.ts'
import { readRuleFiles } from './rulesFolder.ts'
import type { StoredRules } from './rulesInForce.ts'

/** Reads a rules folder again and puts it in force where it has changed; with a mistake in it, nothing changes. */
export async function reloadRules(folder: string, rules: StoredRules, actor: string): Promise<Reloaded> {
  const { documents, problems, unreadable } = await checked(folder)
  if (!documents) return { outcome: 'refused', why: unreadable ?? countOf(problems.length), problems }
  const { isNew, version, effectiveFrom } = await rules.promote(await buildRuleSet(documents), actor)
  return { outcome: isNew ? 'promoted' : 'unchanged', version, effectiveFrom }
}

const countOf = (mistakes: number) => `${mistakes} mistake${mistakes === 1 ? '' : 's'} in the rules folder`

async function checked(folder: string): Promise<Awaited<ReturnType<typeof check>> & { unreadable?: string }> {
  try {
    return await check(await readRuleFiles(folder))
  } catch (error) {
    if (!(error instanceof LanekeeperError)) throw error
    return { problems: [], unreadable: error.message }
  }
}

import { loadModel } from '../../src/cli/loadModel.ts'
import { readRuleFiles } from '../../src/cli/rulesFolder.ts'
import { packaged } from '../../src/config.ts'
import { check } from '../../src/evaluate/check/check.ts'
import type { RuleDocuments } from '../../src/evaluate/documents.ts'
import { buildRuleSet } from '../../src/evaluate/ruleSet.ts'
import type { Engine } from '../../src/step.ts'

/** The documents of the default rules; a fresh copy each time. */
export async function defaultDocuments(): Promise<RuleDocuments> {
  const { documents, problems } = await check(await readRuleFiles(packaged('rules')))
  if (!documents) throw new Error(JSON.stringify(problems))
  return documents
}

/** The default rules, changed by a test, with the real model. */
export async function engineWith(change: (documents: RuleDocuments) => void = () => {}): Promise<Engine> {
  const documents = await defaultDocuments()
  change(documents)
  return { rules: await buildRuleSet(documents), model: await loadModel() }
}

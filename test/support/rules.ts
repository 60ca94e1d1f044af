import { readRuleFiles } from '../../src/cli/rulesFolder.ts'
import { packaged } from '../../src/config.ts'
import type { RuleFile } from '../../src/evaluate/check/source.ts'

/** The default rules folder as it stands, with one file replaced, added or, without a text, left out. */
export async function rulesWith(path: string, change: (text: string) => string | undefined): Promise<RuleFile[]> {
  const files = await readRuleFiles(packaged('rules'))
  const text = change(files.find((file) => file.path === path)?.text ?? '')
  const others = files.filter((file) => file.path !== path)
  return [...others, ...(text === undefined ? [] : [{ path, text }])].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** A change of a file's document instead of its text; every value stands on a line of its own. */
export const edited =
  // biome-ignore lint/suspicious/noExplicitAny: the document of any kind of file, to be spoilt
  (change: (document: any) => void) => (text: string) => {
    const document = JSON.parse(text)
    change(document)
    return JSON.stringify(document, null, 2)
  }

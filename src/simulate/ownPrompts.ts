import type { Language } from './persona.ts'
import { tasksEn, terseEn } from './prompts/codingEn.ts'
import { tasksZh, terseZh, toolResultsZh } from './prompts/codingZh.ts'
import { asidesEn, conversationsEn } from './prompts/misuseEn.ts'
import { asidesZh, conversationsZh } from './prompts/misuseZh.ts'
import { toolResults } from './prompts/toolResults.ts'
import type { Conversation, Prompts } from './prompts.ts'

/** Turns of a session of work, and tool results after each task of it. */
const WORK = 12
const RESULTS = 2
/** So many pages, then a turn of work. */
const PAGES = 3

/** The prompts that lie in this folder, for whoever brings none along. */
export const ownPrompts: { readonly [L in Language]: Prompts } = {
  en: whole(tasksEn, toolResults, terseEn, asidesEn, conversationsEn),
  zh: whole(tasksZh, [...toolResultsZh, ...toolResults], terseZh, asidesZh, conversationsZh),
}

function whole(
  task: readonly string[],
  tool: readonly string[],
  terse: readonly string[],
  aside: readonly string[],
  texts: readonly (readonly string[])[],
): Prompts {
  const page = texts.map((own) => own.map((text) => ({ text, role: 'user' as const })))
  return { task, tool, terse, aside, page, work: worksOf(task, tool), mixed: mixedOf(page, task) }
}

/** Tasks in their order, each followed by results of tools, cut into sessions. */
function worksOf(task: readonly string[], tool: readonly string[]): Conversation[] {
  const turns = task.flatMap((text, i): Conversation => {
    const results = Array.from({ length: RESULTS }, (_, n) => tool[(RESULTS * i + n) % tool.length]!)
    return [{ text, role: 'user' }, ...results.map((result) => ({ text: result, role: 'tool' as const }))]
  })
  return Array.from({ length: Math.floor(turns.length / WORK) }, (_, i) => turns.slice(i * WORK, (i + 1) * WORK))
}

function mixedOf(pages: readonly Conversation[], task: readonly string[]): Conversation[] {
  let next = 0
  return pages.map((own) =>
    own.flatMap((one, i) => {
      const pause = (i + 1) % PAGES === 0
      return pause ? [one, { text: task[next++ % task.length]!, role: 'user' as const }] : [one]
    }),
  )
}

import type { Activity, Language, Turn } from './persona.ts'
import { tasksEn, terseEn } from './prompts/codingEn.ts'
import { tasksZh, terseZh, toolResultsZh } from './prompts/codingZh.ts'
import { asidesEn, conversationsEn } from './prompts/misuseEn.ts'
import { asidesZh, conversationsZh } from './prompts/misuseZh.ts'
import { toolResults } from './prompts/toolResults.ts'
import { type Random, weighted } from './random.ts'
import { walk } from './walk.ts'

const pools: { readonly [L in Language]: { readonly [T in Exclude<Turn, 'page'>]: readonly string[] } } = {
  en: { task: tasksEn, tool: toolResults, terse: terseEn, aside: asidesEn },
  zh: { task: tasksZh, tool: [...toolResultsZh, ...toolResults], terse: terseZh, aside: asidesZh },
}
const conversations = { en: conversationsEn, zh: conversationsZh }

export interface Said {
  text: string
  role: 'user' | 'tool'
}

/** What one seat says: a call of the outer function begins a session, each call of the inner one is a turn of it. */
export function speech(language: Language, next: Random): (activity: Pick<Activity, 'opens' | 'goesOn'>) => () => Said {
  const pool = pools[language]
  const conversation = walk(conversations[language], next)
  const say = {
    ...{ task: walk(pool.task, next), tool: walk(pool.tool, next) },
    ...{ terse: walk(pool.terse, next), aside: walk(pool.aside, next) },
  }
  return ({ opens, goesOn }) => {
    const page = inOrder(conversation())
    let turn = 0
    return () => {
      const kind = turn++ === 0 ? opens : weighted(next, goesOn)
      return { text: kind === 'page' ? page() : say[kind](), role: kind === 'tool' ? 'tool' : 'user' }
    }
  }
}

/** A conversation goes on in its order, and round again if the session outlasts it. */
function inOrder(texts: readonly string[]): () => string {
  let turn = 0
  return () => texts[turn++ % texts.length]!
}

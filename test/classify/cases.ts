import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { initialSessions, type Label, label } from '../../src/classify/label.ts'
import type { Model } from '../../src/classify/model.ts'
import { score } from '../../src/classify/score.ts'

/** A line of `cases.jsonl`: a request of its own, or one turn of a session. */
export interface Case {
  id: string
  text: string
  label: 'coding' | 'non_coding'
  lang: 'en' | 'zh' | 'mixed' | 'other'
  category: string
  /** why the label is what it is */
  why: string
  role?: 'user' | 'tool'
  client?: string
  system?: string
  tools?: string[]
  session?: string
  /** from 1 on, in the order of the file */
  turn?: number
  /** of the whole session */
  kind?: 'genuine' | 'misuse' | 'mixed'
  /** nobody could judge the turn without its session */
  needs_context?: true
}

export interface JudgedCase {
  case: Case
  label: Label
}

const path = fileURLToPath(new URL('cases.jsonl', import.meta.url))

/** What the classifier is judged by and never learns from. */
export const cases: readonly Case[] = readFileSync(path, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Case)

/** Judges every case as a gateway would send it: sessions turn by turn, a minute apart, all else alone. */
export function judgeCases(model: Model): JudgedCase[] {
  let sessions = initialSessions
  return cases.map((one) => {
    const judged = label(score(one, model), one.session, (one.turn ?? 0) * 60_000, sessions, model)
    sessions = judged.sessions
    return { case: one, label: judged.classification.label }
  })
}

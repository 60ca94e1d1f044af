import type { Remembered } from '../memory.ts'
import type { Model } from '../model.ts'
import type { Score } from '../score.ts'
import type { Reading } from './reading.ts'

/** Of many things found in a text the most telling few are named. */
const MOST = 4

export const TOO_LITTLE = 'too little text to judge'
export const EDGE = 'scored at the edge'
export const AGAINST = 'against that'
export const NO_TOOLS = 'no tools'

/** What the session so far can be, and what each means. */
export const sessionWords = {
  coding: 'earlier turns of the session were coding',
  other: 'earlier turns of the session were not coding',
  mixed: 'earlier turns of the session point both ways',
  little: 'earlier turns of the session say little',
  first: 'first turn of the session',
} as const

const contextWords = ['system prompt counts', 'tools count', 'client counts', 'wording counts'] as const
const WORDING = 3

const counts = (part: number, nonCoding: boolean) => `${contextWords[part]} ${nonCoding ? 'against' : 'for'} coding`

/** The name of a part of the context (in the order of `contextParts`) that speaks for a side. */
export const contextName = (part: number, nonCoding: boolean, noTools: boolean): string =>
  part === 1 && noTools ? NO_TOOLS : counts(part, nonCoding)

/** Every name that a part of the context can have. */
export const contextNames: readonly string[] = [
  ...contextWords.slice(0, WORDING).flatMap((_, part) => [counts(part, false), counts(part, true)]),
  NO_TOOLS,
]

/** The name of a text that speaks for a side: what was found on that side first, then what speaks against it. */
export function textName({ coding, other, form }: Reading, nonCoding: boolean, category: string | undefined): string {
  const technical = coding.length > 0 ? listed('coding', coding) : undefined
  const kinds = other.slice(0, 2).map(({ kind, details }) => listed(kind, details))
  const [mine, theirs] = nonCoding ? [kinds.join('; ') || form, technical] : [technical, kinds.join('; ')]
  const name = mine ? `reads as ${mine}` : category ? `wording of ${category}` : counts(WORDING, nonCoding)
  return theirs ? `${name}; ${AGAINST}: ${theirs}` : name
}

/** The name of a score whose text nobody here has seen. */
export const edgeName = (category: string | undefined): string => (category ? `${EDGE} as ${category}` : EDGE)

const listed = (kind: string, details: readonly string[]): string =>
  details.length === 0 ? kind : `${kind}: ${details.slice(0, MOST).join(', ')}`

/** Categories whose names say little to a person. */
const plainer: Record<string, string | undefined> = {
  agent_turn: 'an agent at work',
  general_qa: 'general questions',
  generation: 'code to be written',
  image_prompt: 'prompts for pictures',
  medical_legal_finance: 'medicine, law and money',
  roleplay: 'role-play',
  shell_devops: 'shell and operations',
  sql_data: 'SQL and data',
}

/** The score's category in words, if the model knows it on that side and it says more than the side; never a word of a stranger's. */
export function categoryWords({ category = '' }: Score, nonCoding: boolean, model: Model): string | undefined {
  const { names, coding } = model.category
  const known = (nonCoding ? names.slice(coding) : names.slice(0, coding)).includes(category)
  return known && category !== 'other' ? (plainer[category] ?? category.replaceAll('_', ' ')) : undefined
}

/** Turns are called one thing if their evidence agrees by so much logit on average. */
const CLEAR = 0.5

/** What the turns of a session were before this one, and whether that agrees with its share. */
export function sessionName({ turns, slowSum, slowWeight }: Remembered, nonCoding: boolean, evidence: number): string {
  if (turns === 0) return sessionWords.first
  if (slowWeight < evidence) return sessionWords.little
  const mean = slowSum / slowWeight
  if (nonCoding && mean > CLEAR) return sessionWords.other
  return !nonCoding && mean < -CLEAR ? sessionWords.coding : sessionWords.mixed
}

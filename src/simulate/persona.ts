import type { Plan } from '../decode/event.ts'
import type { Client } from './clients.ts'
import type { Prompts } from './prompts.ts'
import type { Range } from './random.ts'

export type Language = 'en' | 'zh'

/**
 * What a turn may be: a task for a coding agent, an answer of one of its tools, a short reply, a question beside the work, or the
 * next turn of a conversation: a page that has nothing to do with code, work on one thing, or the first mixed with the second.
 */
export type Turn = keyof Prompts

/** What somebody does for a while. */
export interface Activity {
  /** Requests of one seat until the next activity begins; without it this one goes on. */
  requests?: number
  clients: readonly Client[]
  /** A session opens with one kind of turn and goes on with kinds by weight. */
  opens: Turn
  goesOn: { readonly [T in Turn]?: number }
  /** Turns of a session; without it a session lasts as long as its conversation. */
  turns?: Range
  /** Seconds between the turns of a session. */
  gap: Range
  /** Minutes between sessions. */
  pause: Range
  /** An agent that gets stuck in a session and sends its last prompt again and again. */
  stuck?: { chance: number; repeats: Range; gap: Range }
}

/** A kind of account, told as plainly as possible; the same for a demo and for a crowd. */
export interface Persona {
  description: string
  /** Whether the plan is used for what it is sold for, as far as requests can show it. */
  genuine: boolean
  /** What its holder writes in an appeal; without it there is none. */
  appeal?: string
  plans: readonly Plan[]
  /** How many work at once. */
  seats: Range
  /** Local hours of work. */
  hours: Range
  weekends: boolean
  activities: readonly [Activity, ...Activity[]]
}

/** One simulated account. */
export interface Holder {
  accountId: string
  persona: Persona
  plan: Plan
  language: Language
  /** Hours that its clock is ahead of UTC. */
  zone: number
  /** What it says; those of this folder in its language if it brings none along. */
  prompts?: Prompts
}

import { type Classification, initialSessions, label, type SessionMemory } from '../label.ts'
import type { Model } from '../model.ts'
import { score } from '../score.ts'
import { type Signal, shownBy, signalsOf } from '../signals/signals.ts'
import type { Request } from './request.ts'

export interface Judged extends Classification {
  /** what moved it, in words; looked for when it is asked for */
  why: () => Signal[]
}

/**
 * Labels requests one after another, as the path does: score, then label. Every session has a memory of its own here, so
 * that a file of many sessions is judged turn by turn however they interleave.
 */
export function judgeWith(model: Model): (request: Request) => Judged {
  const memories = new Map<string, SessionMemory>()
  let turn = 0
  return ({ id: _, sessionId, ...input }) => {
    const memory = (sessionId === undefined ? undefined : memories.get(sessionId)) ?? initialSessions
    const scored = score(input, model)
    const { classification, sessions } = label(scored, sessionId, turn++ * 1000, memory, model)
    if (sessionId !== undefined) memories.set(sessionId, sessions)
    return { ...classification, why: () => signalsOf(scored, classification.basis, model, shownBy(input, model)) }
  }
}

import { type Classification, initialSessions, label, type SessionMemory } from '../label.ts'
import type { Model } from '../model.ts'
import { score } from '../score.ts'
import type { Request } from './request.ts'

/**
 * Labels requests one after another, as the path does: score, then label. Every session has a memory of its own here, so
 * that a file of many sessions is judged turn by turn however they interleave.
 */
export function judgeWith(model: Model): (request: Request) => Classification {
  const memories = new Map<string, SessionMemory>()
  let turn = 0
  return ({ id: _, sessionId, ...input }) => {
    const memory = (sessionId === undefined ? undefined : memories.get(sessionId)) ?? initialSessions
    const { classification, sessions } = label(score(input, model), sessionId, turn++ * 1000, memory, model)
    if (sessionId !== undefined) memories.set(sessionId, sessions)
    return classification
  }
}

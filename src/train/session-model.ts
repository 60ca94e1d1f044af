import { clip } from '../classify/logit.ts'
import { advance, find, initialSessions, recall, remember, type SessionMemory, unseen } from '../classify/memory.ts'
import { SCORE_LIMIT } from '../classify/score.ts'
import { featuresOf } from '../classify/session.ts'
import type { Row } from './data.ts'
import { fitLogistic } from './logistic.ts'

/** Ridge penalty on the session weights, in units of turns. */
const RIDGE = 2

/** A turn as the session model sees it. */
export interface Turn {
  row: number
  features: number[]
  /** evidence of the turn and of what its session remembers, together */
  known: number
}

/** Plays the sessions turn by turn through the memory of the classifier, given every row's own logit and evidence. */
export function playSessions(rows: readonly Row[], logits: ArrayLike<number>, evidence: ArrayLike<number>): Turn[] {
  const turns: Turn[] = []
  const memories = new Map<string, SessionMemory>()
  rows.forEach(({ session, role }, i) => {
    if (session === undefined) return
    const memory = memories.get(session) ?? initialSessions
    const id = [1, 1] as const
    const at = find(memory, id)
    const before = at === -1 ? unseen : recall(memory, at)
    const own = logits[i]!
    const features = [...featuresOf(clip(own, SCORE_LIMIT), evidence[i]!, before)]
    turns.push({ row: i, features, known: evidence[i]! + before.slowWeight })
    memories.set(session, remember(memory, id, at, advance(before, own, evidence[i]!, role === 'tool', i)))
  })
  return turns
}

/** One set of weights for user turns and one for tool results; a turn counts by `weights`. */
export function fitSession(rows: readonly Row[], turns: readonly Turn[], weights: ArrayLike<number>) {
  const weightsOf = (role: Row['role']) =>
    fitLogistic(
      turns.flatMap(({ row, features }) =>
        rows[row]!.role === role && weights[row]! > 0
          ? [{ features, target: rows[row]!.target, weight: weights[row]! }]
          : [],
      ),
      RIDGE,
    )
  return { user: weightsOf('user'), tool: weightsOf('tool') }
}

import type { GatewayEvent } from '../decode/event.ts'
import type { Model } from './model.ts'
import { type Score, score } from './score.ts'

/** A gateway event whose text has become a score: what the state machine is advanced with. It holds no prompt. */
export type ScoredEvent = Omit<GatewayEvent, 'input' | 'score'> & { score: Score }

/** Scores the event's text, or keeps the score that was made at the edge. */
export function scoreEvent(event: GatewayEvent, model: Model): ScoredEvent {
  if (isScored(event)) return event
  const { input, score: _, ...rest } = event
  return { ...rest, score: score({ text: '', ...input, client: event.client }, model) }
}

/** Whether the gateway has scored it; then it brings no text. */
const isScored = (event: GatewayEvent): event is GatewayEvent & { score: Score } => event.score !== undefined

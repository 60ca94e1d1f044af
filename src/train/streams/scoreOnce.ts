import type { Model } from '../../classify/model.ts'
import { type ScoredEvent, scoreEvent } from '../../classify/scoreEvent.ts'
import type { GatewayEvent } from '../../decode/event.ts'

/** Scores remembered a model; then all are forgotten. */
const MOST = 200_000

/** Scores events like live traffic, but each text in its surroundings only once: streams say the same again and again. */
export function scoreOnce(): (event: GatewayEvent, model: Model) => ScoredEvent {
  const known = new Map<Model, Map<string, ScoredEvent['score']>>()
  return (event, model) => {
    const { input, score: edge, ...rest } = event
    if (!input || edge) return scoreEvent(event, model)
    const own = known.get(model) ?? new Map<string, ScoredEvent['score']>()
    known.set(model, own)
    const { text, role, system, tools } = input
    const key = `${event.client}\n${role}\n${tools?.join()}\n${system}\n${text}`
    const score = own.get(key) ?? scoreEvent(event, model).score
    if (own.size >= MOST) own.clear()
    own.set(key, score)
    return { ...rest, score }
  }
}

import type { ScoredEvent } from '../classify/scoreEvent.ts'
import { shownBy } from '../classify/signals/signals.ts'
import type { GatewayEvent } from '../decode/event.ts'
import { excerptOf } from '../decode/mask.ts'
import { inForceAt } from '../replay/timeline.ts'
import type { Api } from './deps.ts'

const DAY = 86_400_000

/** Takes an event and its input, if it came with one. */
export type KeepExcerpt = (event: ScoredEvent, input: GatewayEvent['input']) => void

/** Lays aside what the policy in force lets a person read of an event's text. Undefined where it lets nobody. */
export function excerptKeeper({ rules, now, excerpts, model }: Pick<Api, 'rules' | 'now' | 'excerpts' | 'model'>) {
  const { policy } = inForceAt(rules.current(), now()).rules
  const { keep, maxCharacters, days } = policy.evidence.excerpt
  if (!keep || days === 0 || !excerpts) return undefined
  const keeper: KeepExcerpt = (event, input) => {
    const text = excerptOf(input?.text ?? '', maxCharacters)
    if (!input || text === '') return
    // Where only its session can make it non-coding, the session is what there is to say.
    const shown = shownBy({ ...input, client: event.client }, model, event.score.nonCoding > 0.5)
    excerpts.set(event, { text, expiresAt: event.time + days * DAY, shown })
  }
  return keeper
}

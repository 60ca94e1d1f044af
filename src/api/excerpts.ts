import type { ScoredEvent } from '../classify/scoreEvent.ts'
import { excerptOf } from '../decode/mask.ts'
import { inForceAt } from '../replay/timeline.ts'
import type { Api } from './deps.ts'

const DAY = 86_400_000

/** Takes an event and its text, if it came with one. */
export type KeepExcerpt = (event: ScoredEvent, text: string | undefined) => void

/** Lays aside what the policy in force lets a person read of an event's text. Undefined where it lets nobody. */
export function excerptKeeper({ timeline, now, excerpts }: Pick<Api, 'timeline' | 'now' | 'excerpts'>) {
  const { rules } = inForceAt(timeline, now())
  const { keep, maxCharacters, days } = rules.policy.evidence.excerpt
  if (!keep || days === 0 || !excerpts) return undefined
  const keeper: KeepExcerpt = (event, input) => {
    const text = excerptOf(input ?? '', maxCharacters)
    if (text !== '') excerpts.set(event, { text, expiresAt: event.time + days * DAY })
  }
  return keeper
}

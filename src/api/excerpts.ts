import type { ScoredEvent } from '../classify/scoreEvent.ts'
import { excerptOf } from '../decode/mask.ts'
import { inForceAt } from '../replay/timeline.ts'
import type { Api } from './deps.ts'

const DAY = 86_400_000

/** Takes an event and its text, if it came with one. */
export type KeepExcerpt = (event: ScoredEvent, text: string | undefined) => void

/** Lays aside what the policy in force lets a person read of an event's text. Undefined where it lets nobody. */
export function excerptKeeper({ rules, now, excerpts }: Pick<Api, 'rules' | 'now' | 'excerpts'>) {
  const { policy } = inForceAt(rules.current(), now()).rules
  const { keep, maxCharacters, days } = policy.evidence.excerpt
  if (!keep || days === 0 || !excerpts) return undefined
  const keeper: KeepExcerpt = (event, input) => {
    const text = excerptOf(input ?? '', maxCharacters)
    if (text !== '') excerpts.set(event, { text, expiresAt: event.time + days * DAY })
  }
  return keeper
}

import { logitOf } from '../logit.ts'
import type { Remembered } from '../memory.ts'
import type { Model } from '../model.ts'
import { contextLogits, type Score, type ScoreInput } from '../score.ts'
import { type Reading, readingOf } from './reading.ts'
import { categoryWords, contextName, edgeName, sessionName, TOO_LITTLE, textName } from './words.ts'

/** What moved a decision, in words; `weight` is its share of the logit, positive towards non-coding. */
export interface Signal {
  name: string
  weight: number
}

/** What a label was made of: the shares of the turn and of its session in the logit, and what was remembered of the session. */
export interface Basis {
  turn: number
  session: number
  before: Remembered
}

/** What a request showed beside its score; nothing of its text can be read back. */
export interface Shown {
  reading: Reading
  /** logits of system prompt, tools and client */
  context: readonly number[]
  noTools: boolean
}

const unread: Reading = { coding: [], other: [] }

/** What support may be told of a request, found out while its text is at hand; with `read` false only what costs nothing. */
export const shownBy = (input: ScoreInput, model: Model, read = true): Shown => ({
  reading: read ? readingOf(input.text) : unread,
  context: contextLogits(input, model),
  noTools: input.tools?.length === 0,
})

/** No logit of a score lies beyond it, not even that of an outside assertion. */
const LIMIT = 8
const THOUSANDTHS = 1000
/** What moved a logit by less is not worth a word. */
export const LEAST = 0.1

/**
 * What moved a label, the weightiest first; the text always, the rest if it weighed something. Every name is of a closed vocabulary (docs/signals.md) and speaks for the side that
 * its weight has. Without `shown`, as for a score made at the edge, the text is one signal without details.
 */
export function signalsOf(score: Score, { turn, session, before }: Basis, model: Model, shown?: Shown): Signal[] {
  const own = logitOf(score.nonCoding, LIMIT)
  const context = shown?.context ?? []
  const text = own - context.reduce((sum, one) => sum + one, 0)
  const factor = turn * own > 0 ? turn / own : 0
  const parts = [
    { name: nameOfText(score, text > 0, model, shown), weight: text * factor },
    ...context.map((weight, part) => ({
      name: contextName(part, weight > 0, shown!.noTools),
      weight: weight * factor,
    })),
    { name: sessionName(before, session > 0, model.thresholds.evidence), weight: session },
  ]
  return parts
    .filter(({ weight }, index) => index === 0 || Math.abs(weight) >= LEAST)
    .map(({ name, weight }) => ({ name, weight: Math.round(weight * THOUSANDTHS) / THOUSANDTHS + 0 }))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
}

function nameOfText(score: Score, nonCoding: boolean, model: Model, shown: Shown | undefined): string {
  if (score.evidence < model.thresholds.evidence) return TOO_LITTLE
  const category = categoryWords(score, nonCoding, model)
  return shown ? textName(shown.reading, nonCoding, category) : edgeName(category)
}

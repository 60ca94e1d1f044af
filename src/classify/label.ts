import { hash64 } from './hash.ts'
import { clip, logitOf, sigmoid } from './logit.ts'
import { advance, find, markOf, recall, remember, type SessionMemory, unseen } from './memory.ts'
import type { Model } from './model.ts'
import { SCORE_LIMIT, type Score } from './score.ts'
import { featuresOf, sharesOf } from './session.ts'
import type { Basis } from './signals/signals.ts'

export { initialSessions, type SessionMemory } from './memory.ts'

export type Label = 'coding' | 'non_coding' | 'unsure'

/** The label that counts: the score and the session that the turn stands in. */
export interface Classification {
  label: Label
  /** probability that the label is right; for `unsure`, of the likelier side */
  confidence: number
  /** calibrated probability of non-coding, session included */
  nonCoding: number
  category: string
  /** what it was made of, for whoever asks why */
  basis: Basis
}

/** The own logit of a turn is clipped here; only an outside assertion of 0 or 1 gets so far. */
const OWN_LIMIT = 8
/** What a logit beyond SCORE_LIMIT weighs: an asserted 0 or 1 with full evidence outweighs every memory. */
const ASSERTED = 20

/**
 * Labels a scored turn. Pure: it reads the score, the session id, the time and the memory, and returns a new memory.
 * `at` is event time in ms; a turn a little older than the session's last one counts like any other.
 */
export function label(
  score: Score,
  sessionId: string | undefined,
  at: number,
  sessions: SessionMemory,
  model: Model,
): { classification: Classification; sessions: SessionMemory } {
  const own = logitOf(score.nonCoding, OWN_LIMIT)
  const tool = score.role === 'tool'
  if (sessionId === undefined) {
    const alone = { turn: own, session: 0, before: unseen }
    const classification = classify(score, score.nonCoding, score.evidence, alone, model.thresholds.alone, model)
    return { classification, sessions }
  }
  const id = idOf(sessionId)
  const offset = find(sessions, id)
  const before = offset === -1 ? unseen : recall(sessions, offset)
  const claimed = clip(own, SCORE_LIMIT)
  const values = featuresOf(claimed, score.evidence, tool, before)
  const [turn, past] = sharesOf(values, tool, model.session)
  const mine = turn + ASSERTED * score.evidence * (own - claimed)
  const known = score.evidence + before.slowWeight
  const { thresholds } = model
  const basis = { turn: mine, session: past, before }
  const classification = classify(score, sigmoid(mine + past), known, basis, thresholds.session, model)
  const seen = { logit: own, evidence: score.evidence, tool, at, mark: markOf(score.fingerprint) }
  return { classification, sessions: remember(sessions, id, offset, advance(before, seen)) }
}

/** The label of a probability, given the band of probabilities in which nobody should decide. */
export function within(nonCoding: number, band: { coding: number; nonCoding: number }): Label {
  if (nonCoding >= band.nonCoding) return 'non_coding'
  return nonCoding <= band.coding ? 'coding' : 'unsure'
}

function classify(
  score: Score,
  nonCoding: number,
  known: number,
  basis: Basis,
  band: { coding: number; nonCoding: number; against?: number },
  model: Model,
): Classification {
  const likely = known < model.thresholds.evidence ? 'unsure' : within(nonCoding, band)
  const label = likely === 'non_coding' && known < (band.against ?? 0) ? 'unsure' : likely
  const confidence =
    label === 'non_coding' ? nonCoding : label === 'coding' ? 1 - nonCoding : Math.max(nonCoding, 1 - nonCoding)
  return { label, confidence, nonCoding, category: categoryFor(label, score.category, model), basis }
}

/** The score's category, unless the session turned the label to the other side: then nothing finer is known. */
function categoryFor(label: Label, category: string | undefined, { category: { names, coding } }: Model): string {
  if (category === undefined) return 'other'
  const at = label === 'non_coding' ? names.indexOf(category, coding) : names.indexOf(category)
  return at === -1 || (label === 'coding' && at >= coding) ? 'other' : category
}

const idUnits = new Uint16Array(128)

function idOf(sessionId: string): [number, number] {
  const units = sessionId.length <= idUnits.length ? idUnits : new Uint16Array(sessionId.length)
  for (let i = 0; i < sessionId.length; i++) units[i] = sessionId.charCodeAt(i)
  return hash64(units, 0, sessionId.length)
}

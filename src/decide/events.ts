import type { Plan } from '../decode/event.ts'
import type { Severity } from '../evaluate/catalogue.ts'
import type { ExaminedLeaf } from '../evaluate/examine.ts'

/** Moments in ledger events are RFC 3339 in UTC with milliseconds. */
export type Moment = string

export interface RecordedViolation {
  id: string
  rule: string
  severity: Severity
  category: string
  plan: Plan
  match: { rule: string; leaves: ExaminedLeaf[] }
  evidence: { id: string; time: Moment; score: number; category: string }[]
  event: { id: string; time: Moment }
}

export interface RecordedRestriction {
  id: string
  kind: 'throttle' | 'suspension' | 'ban'
  since: Moment
  until?: Moment
  cause: string
}

/** The match that lifted a restriction and the progress it was decided on. */
export interface RecordedRecovery {
  rule: string
  leaves: ExaminedLeaf[]
}

/** What decide answers and evolve folds: the ledger without its envelope. */
export type EnforcementEvent =
  | { type: 'ViolationRecorded'; violation: RecordedViolation }
  | {
      type: 'RestrictionImposed'
      restriction: RecordedRestriction
      comment?: string
      /** Of a ban from before an erasure: the violations that stand for those whose record is gone, the cause among them. */
      carriedOver?: { violations: string[]; plan: Plan }
    }
  | { type: 'RestrictionEased'; restriction: RecordedRestriction; reason: 'term_ended' | 'appeal' | 'ban_declined' }
  | {
      type: 'RestrictionLifted'
      restrictionId: string
      reason: 'recovered' | 'appeal' | 'ban_declined'
      recovery?: RecordedRecovery
    }
  | { type: 'BanProposed'; violationId: string; restrictionId: string }
  | {
      type: 'ViolationVoided'
      violationId: string
      reason: 'appeal' | 'ban_declined'
      comment?: string
      pardonedUntil?: Moment
    }
  | { type: 'AppealFiled'; appeal: { id: string; violationId: string; statement?: string } }
  | { type: 'AppealClaimed'; appealId: string; leaseUntil: Moment }
  | { type: 'AppealReleased'; appealId: string }
  | { type: 'AppealDecided'; appealId: string; violationId: string; outcome: 'upheld' | 'overturned'; reason: string }

export const moment = (ms: number): Moment => new Date(ms).toISOString()

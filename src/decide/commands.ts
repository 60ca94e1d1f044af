import type { Plan } from '../decode/event.ts'
import type { Policy } from '../evaluate/documents.ts'
import type { Ladder } from '../evaluate/ladder.ts'
import type { DetectMatch, Match } from '../evaluate/match.ts'

/** What a person does; `commandAt` is the person's clock in milliseconds, which only leases and appeal windows compare. */
export type PersonCommand = { actor: string; commandAt: number } & (
  | { type: 'FileAppeal'; violationId: string; statement?: string | undefined }
  | { type: 'ClaimAppeal'; appealId: string }
  | { type: 'ReleaseAppeal'; appealId: string }
  | { type: 'DecideAppeal'; appealId: string; outcome: 'upheld' | 'overturned'; reason: string }
  | { type: 'ConfirmBan'; reason: string }
  | { type: 'DeclineBan'; reason: string }
)

/** What the engine does by itself. */
export type SystemCommand =
  | { type: 'RecordViolation'; match: DetectMatch; event: { id: string; time: number }; plan: Plan }
  | { type: 'Recover'; match: Match }
  | { type: 'EndSuspension' }
  | { type: 'RememberBan'; plan: Plan }

export type Command = PersonCommand | SystemCommand

/** Everything that a decision depends on besides the state: whose it is, the account's time, and today's rules. */
export interface Circumstances {
  accountId: string
  at: number
  ladder: Ladder
  policy: Policy
}

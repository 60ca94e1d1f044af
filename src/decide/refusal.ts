import { LanekeeperError } from '../errors.ts'

export type RefusalReason =
  | 'unknown_violation'
  | 'violation_not_active'
  | 'appeal_open'
  | 'appeal_window_over'
  | 'unknown_appeal'
  | 'appeal_decided'
  | 'appeal_not_claimed'
  | 'appeal_claimed_by_other'
  | 'no_ban_to_review'
  | 'account_known'

/** A command that the state of the account does not allow; nothing has changed. */
export class CommandRefused extends LanekeeperError {
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, message: string, hint: string) {
    super('command_refused', message, hint)
    this.reason = reason
  }
}

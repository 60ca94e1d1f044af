import type { AccountState } from '../account.ts'
import type { PersonCommand } from '../decide/commands.ts'
import { decide } from '../decide/decide.ts'
import { CommandRefused } from '../decide/refusal.ts'
import type { RuleSet } from '../evaluate/ruleSet.ts'

/** Something that a person may do to an account, or why not now. */
export interface Action {
  name: 'fileAppeal' | 'claimAppeal' | 'releaseAppeal' | 'decideAppeal' | 'confirmBan' | 'declineBan'
  /** The violation or the appeal that it is about. */
  target: string | null
  allowed: boolean
  /** Why not, in words; null if it is allowed. */
  reason: string | null
  /** Why not, as decide's own word. */
  code: string | null
}

/** What this person may do now: every command is put to decide itself, so the answer and the deed cannot differ. */
export function actionsOf(state: AccountState, { ladder, policy }: RuleSet, actor: string, now: number): Action[] {
  const by = { actor, commandAt: now }
  const circumstances = { accountId: state.accountId, at: state.time, ladder, policy }
  const action = (name: Action['name'], target: string | null, command: PersonCommand): Action => {
    try {
      decide(command, state.enforcement, circumstances)
      return { name, target, allowed: true, reason: null, code: null }
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error
      return { name, target, allowed: false, reason: error.message, code: error.reason }
    }
  }
  const { violations, appeals } = state.enforcement
  const why = { reason: 'asked whether it may be done' }
  return [
    ...violations.map(({ id }) => action('fileAppeal', id, { ...by, type: 'FileAppeal', violationId: id })),
    ...appeals.flatMap(({ id }) => [
      action('claimAppeal', id, { ...by, type: 'ClaimAppeal', appealId: id }),
      action('releaseAppeal', id, { ...by, type: 'ReleaseAppeal', appealId: id }),
      action('decideAppeal', id, { ...by, ...why, type: 'DecideAppeal', appealId: id, outcome: 'upheld' }),
    ]),
    action('confirmBan', null, { ...by, ...why, type: 'ConfirmBan' }),
    action('declineBan', null, { ...by, ...why, type: 'DeclineBan' }),
  ]
}

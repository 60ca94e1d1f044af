import type { Circumstances, PersonCommand } from './commands.ts'
import type { Appeal, Enforcement } from './enforcement.ts'
import { type EnforcementEvent, moment } from './events.ts'
import { idFrom } from './ids.ts'
import { CommandRefused } from './refusal.ts'

const MINUTE = 60_000
const DAY = 86_400_000

type Of<Type extends PersonCommand['type']> = Extract<PersonCommand, { type: Type }>

/** Opens an appeal against an active violation; one at a time, within policy's window. */
export function fileAppeal(
  { violationId, statement, commandAt }: Of<'FileAppeal'>,
  state: Enforcement,
  now: Circumstances,
): EnforcementEvent[] {
  const violation = state.violations.find((one) => one.id === violationId)
  if (!violation)
    throw new CommandRefused(
      'unknown_violation',
      `The account has no violation ${violationId}.`,
      'Take the id from its timeline.',
    )
  if (violation.status !== 'active')
    throw new CommandRefused(
      'violation_not_active',
      `Violation ${violationId} is ${violation.status}.`,
      'It counts no more, so there is nothing to appeal.',
    )
  const open = state.appeals.find(
    (one) => one.violationId === violationId && (one.status === 'open' || one.status === 'claimed'),
  )
  if (open) throw new CommandRefused('appeal_open', `Appeal ${open.id} against it is open.`, 'Wait for its decision.')
  const { windowDays } = now.policy.appeals
  if (commandAt > violation.at + windowDays * DAY)
    throw new CommandRefused(
      'appeal_window_over',
      `The ${windowDays} days to appeal are over.`,
      'Policy sets the window.',
    )
  const earlier = state.appeals.filter((one) => one.violationId === violationId).length
  const appeal = {
    id: idFrom('apl', now.accountId, violationId, earlier),
    violationId,
    ...(statement === undefined ? {} : { statement }),
  }
  return [{ type: 'AppealFiled', appeal }]
}

/** Takes an appeal for one reviewer until the lease ends; a claim of one's own may be renewed. */
export function claimAppeal(
  { appealId, actor, commandAt }: Of<'ClaimAppeal'>,
  state: Enforcement,
  now: Circumstances,
): EnforcementEvent[] {
  const appeal = undecided(appealId, state)
  if (appeal.status === 'claimed' && appeal.reviewer !== actor && appeal.leaseUntil! > commandAt)
    throw new CommandRefused(
      'appeal_claimed_by_other',
      `${appeal.reviewer} has claimed it until ${moment(appeal.leaseUntil!)}.`,
      'Leave it to them, or come back then.',
    )
  return [{ type: 'AppealClaimed', appealId, leaseUntil: moment(commandAt + now.policy.appeals.leaseMinutes * MINUTE) }]
}

/** Gives a claimed appeal back, so that anyone may take it. */
export function releaseAppeal(command: Of<'ReleaseAppeal'>, state: Enforcement): EnforcementEvent[] {
  requireClaim(command, state)
  return [{ type: 'AppealReleased', appealId: command.appealId }]
}

/** The decision of the reviewer who claimed the appeal; a lease that has ended holds as long as nobody else claimed. */
export function decideAppeal(
  command: Of<'DecideAppeal'>,
  state: Enforcement,
): Extract<EnforcementEvent, { type: 'AppealDecided' }> {
  const { appealId, outcome, reason } = command
  const { violationId } = requireClaim(command, state)
  return { type: 'AppealDecided', appealId, violationId, outcome, reason }
}

/** The appeal, if it is undecided and this reviewer was the last to claim it. */
function requireClaim({ appealId, actor }: { appealId: string; actor: string }, state: Enforcement): Appeal {
  const appeal = undecided(appealId, state)
  if (appeal.status === 'open')
    throw new CommandRefused('appeal_not_claimed', 'Nobody has claimed the appeal.', 'Claim it first.')
  if (appeal.reviewer !== actor)
    throw new CommandRefused(
      'appeal_claimed_by_other',
      `${appeal.reviewer} has claimed it.`,
      'Leave it to them, or claim it when their lease has ended.',
    )
  return appeal
}

function undecided(appealId: string, state: Enforcement): Appeal {
  const appeal = state.appeals.find((one) => one.id === appealId)
  if (!appeal)
    throw new CommandRefused(
      'unknown_appeal',
      `The account has no appeal ${appealId}.`,
      'Take the id from its timeline.',
    )
  if (appeal.status === 'upheld' || appeal.status === 'overturned')
    throw new CommandRefused(
      'appeal_decided',
      `${appeal.reviewer} has decided it: ${appeal.status}.`,
      'A decision stands; file a new appeal.',
    )
  return appeal
}

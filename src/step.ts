import type { AccountState, Advanced, LedgerEvent } from './account.ts'
import type { Model } from './classify/model.ts'
import type { Command, PersonCommand } from './decide/commands.ts'
import { decide } from './decide/decide.ts'
import type { Enforcement } from './decide/enforcement.ts'
import { type EnforcementEvent, moment } from './decide/events.ts'
import { evolve } from './decide/evolve.ts'
import { type Entitlement, grant } from './entitle/entitlement.ts'
import { reissue } from './entitle/reissue.ts'
import type { RuleSet } from './evaluate/ruleSet.ts'
import { type Notice, noticeOf } from './explain/notice.ts'

/** What an account is advanced under. Both are values; equal versions give equal decisions. */
export interface Engine {
  rules: RuleSet
  model: Model
  /** Account time since which these rules are in force, if they followed others. */
  from?: number
}

/** An account on its way through one input, with what has come of it so far. */
export interface Step extends Pick<Advanced, 'state' | 'entries' | 'shadow' | 'entitlements'> {
  engine: Engine
}

export const begin = (state: AccountState, engine: Engine): Step => ({
  state,
  entries: [],
  shadow: [],
  entitlements: [],
  engine,
})

export const put = (step: Step, change: Partial<AccountState>): Step => ({
  ...step,
  state: { ...step.state, ...change },
})

/** One more input. */
export const counted = (step: Step): Step => put(step, { ordinal: step.state.ordinal + 1 })

/** Carries a command out at a moment: what it decides is folded into the state, entered in the ledger and told the holder. */
export function act(start: Step, command: Command, at: number, by?: PersonCommand): Step {
  const { ladder, policy } = start.engine.rules
  const decided = decide(command, start.state.enforcement, { accountId: start.state.accountId, at, ladder, policy })
  return decided.reduce((step, event) => {
    const enforcement = evolve(step.state.enforcement, event, at, by?.actor ?? 'system', policy)
    const next = written(put(step, { enforcement }), event, at, by)
    const notice = noticeAbout(next, event, at, by)
    if (!notice) return next
    return entitled(written(next, { type: 'NoticeIssued', notice }, at), at, reasonAfter(event, notice, enforcement))
  }, start)
}

function noticeAbout(
  { state, engine }: Step,
  event: EnforcementEvent,
  at: number,
  by?: PersonCommand,
): Notice | undefined {
  const { policy, needs, notices } = engine.rules
  // Nothing is decided about an account that no event has given a plan.
  const granted = grant(state.plan.current!, state.enforcement.restriction, policy)
  const told = Math.max(at, by?.commandAt ?? at) // an idle account's time stands still, the person acted today
  const record = { at: moment(told), event, state: state.enforcement, policy, needs, granted }
  return noticeOf(record, notices, state.accountId, state.seq + 1, by?.actor ?? 'system')
}

/** The notice of the restriction in force is the entitlement's reason; undefined where the event is about something else. */
function reasonAfter(
  event: EnforcementEvent,
  notice: Notice,
  { violations }: Enforcement,
): Entitlement['reason'] | undefined {
  if (event.type === 'RestrictionLifted') return null
  if (event.type !== 'RestrictionImposed' && event.type !== 'RestrictionEased') return undefined
  const code = violations.find((one) => one.id === event.restriction.cause)!.category
  return { code, title: notice.statement.en.title, noticeId: notice.id }
}

/** One more ledger entry, at a moment of account time. The engine itself tells the holder, whoever decided. */
export function written(step: Step, event: LedgerEvent, at: number, by?: PersonCommand): Step {
  const seq = step.state.seq + 1
  const envelope = {
    accountId: step.state.accountId,
    seq,
    at: moment(at),
    actor: by?.actor ?? 'system',
    rulesVersion: step.engine.rules.version,
  }
  const entry = { ...envelope, ...(by ? { commandAt: moment(by.commandAt) } : {}), ...event }
  return { ...put(step, { seq }), entries: [...step.entries, entry] }
}

/** A new entitlement if what the gateway must grant has changed; its reason stays unless another is given. */
export function entitled(
  step: Step,
  at: number,
  reason: Entitlement['reason'] | undefined = step.state.entitled.reason,
): Step {
  const { accountId, plan, enforcement, entitled: last } = step.state
  const { version: rulesVersion, policy } = step.engine.rules
  if (plan.current === null) return step
  const granted = grant(plan.current, enforcement.restriction, policy)
  const next = reissue(last, { accountId, plan: plan.current, grant: granted, reason, rulesVersion, at: moment(at) })
  return next
    ? { ...put(step, { entitled: next.entitled }), entitlements: [...step.entitlements, next.entitlement] }
    : step
}

/** The result. An input that had an effect also brings what new rules grant; one that had none changes nothing. */
export function finish(step: Step, before: AccountState): Advanced {
  const { version } = step.engine.rules
  const isNew = step.state !== before && step.state.rulesVersion !== version
  const { engine: _, ...advanced } = isNew ? entitled(put(step, { rulesVersion: version }), step.state.time) : step
  return advanced
}

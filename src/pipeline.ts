import type { AccountState, Advanced, Input, LateNotice, RememberBan } from './account.ts'
import { label } from './classify/label.ts'
import type { ScoredEvent } from './classify/scoreEvent.ts'
import type { PersonCommand } from './decide/commands.ts'
import { nextDue } from './decide/due.ts'
import { moment } from './decide/events.ts'
import { isEvidence, isExempt, isPardoned, withEvidence, withLabel, withLateNotice } from './decide/evidence.ts'
import { settlePlan } from './decide/plan.ts'
import { recoveryFacts } from './decide/recovery.ts'
import { CommandRefused } from './decide/refusal.ts'
import { detect, recovered } from './evaluate/match.ts'
import { act, begin, counted, type Engine, entitled, finish, put, type Step, written } from './step.ts'
import { isUnsupported } from './window/client.ts'
import { usageFacts } from './window/facts.ts'
import { noUsage } from './window/layout.ts'
import { record } from './window/record.ts'
import { arrive } from './window/seen.ts'

const MINUTE = 60_000

/**
 * The path of one request, from label to entitle: the account after one input, and what was decided on the way. Pure; it
 * awaits json-rules-engine and nothing else. Throws CommandRefused for a command that the state does not allow.
 */
export function advance(state: AccountState, input: Input, engine: Engine): Promise<Advanced> {
  const step = begin(state, engine)
  if (input.kind === 'event') return onEvent(step, input.event)
  const after = input.kind === 'tick' ? onTick(step, input.at) : onCommand(step, input.command).then(counted)
  return after.then((one) => finish(one, state))
}

async function onEvent(start: Step, event: ScoredEvent): Promise<Advanced> {
  const { rules, model } = start.engine
  const arrival = arrive(start.state.seen, event.id, event.time, start.state.time)
  if (arrival.kind === 'duplicate' || arrival.kind === 'late')
    return { ...finish(start, start.state), outcome: arrival.kind }

  const isLatest = event.time >= start.state.time
  const at = Math.max(start.state.time, event.time)
  let step = mayFallDue(start, at) ? await catchUp(start, at) : start
  step = put(step, { ordinal: step.state.ordinal + 1, time: at, seen: arrival.seen })
  if (arrival.kind === 'overflow') return { ...finish(step, start.state), outcome: arrival.kind }

  if (isLatest) step = plan(step, event)
  const { classification, sessions } = label(event.score, event.sessionId, event.time, step.state.sessions, model)
  const arrived = { time: event.time, admitted: event.admitted ?? true }
  const counts = isEvidence(step.state.enforcement, arrived) && !isExempt(rules.policy, event.accountId, at)
  step = put(step, {
    sessions,
    enforcement: withLabel(step.state.enforcement, arrived, classification.label, rules.policy.recovery.lastRequests),
  })
  if (step.state.enforcement.restriction.kind === 'throttle') step = await recover(step, at)
  if (counts) step = await evaluate(meter(step, event, classification), event)
  return { ...finish(step, start.state), outcome: counts ? 'evidence' : 'metered', classification }
}

/** A tick leaves a trace only if something was due: then it is an input, and the account's time is that moment. */
async function onTick(start: Step, until: number): Promise<Step> {
  const step = await catchUp(start, until)
  return step.entries.length === 0 ? start : counted(step)
}

async function onCommand(step: Step, command: PersonCommand | LateNotice | RememberBan): Promise<Step> {
  const { enforcement, time } = step.state
  if (command.type === 'RememberBan') return rememberBan(step, command)
  if (command.type === 'LateNotice')
    return put(step, {
      enforcement: withLateNotice(enforcement, command.commandAt, step.engine.rules.policy.noticeGraceMinutes),
    })
  return recover(act(step, command, time, command), time)
}

function rememberBan(step: Step, { plan, commandAt: at }: RememberBan): Step {
  if (step.state.ordinal > 0)
    throw new CommandRefused(
      'account_known',
      'The account has advanced already.',
      'Only an account that comes back after its erasure brings a ban along.',
    )
  return act(put(step, { time: at, plan: { current: plan } }), { type: 'RememberBan', plan }, at)
}

const isUnderNew = ({ state, engine }: Step) => state.ordinal > 0 && state.rulesVersion !== engine.rules.version

/** Whether `catchUp` may bring anything about. Mostly it does not, and a promise that nobody needs is dear on this path. */
const mayFallDue = (step: Step, until: number): boolean =>
  isUnderNew(step) || nextDue(step.state.enforcement, step.engine.rules.clocks, step.state.time, until) !== undefined

/**
 * Decides what fell due after the account's time and up to `until`, each at its moment, in order. Rules that the account has
 * not been under yet decide nothing before they took force, and may hold at once for what others left in force.
 */
async function catchUp(start: Step, until: number): Promise<Step> {
  const { state, engine } = start
  let at = Math.max(state.time, engine.from ?? 0)
  let step = isUnderNew(start) && at <= until ? decidedAt(start, await recover(start, at), at) : start
  for (;;) {
    const due = nextDue(step.state.enforcement, engine.rules.clocks, at, until)
    if (due === undefined) return step
    at = due
    step = decidedAt(step, await recover(act(step, { type: 'EndSuspension' }, at), at), at)
  }
}

/** The account's time moves to a moment at which something was decided, and to no other. */
const decidedAt = (before: Step, after: Step, at: number): Step =>
  after.entries.length > before.entries.length ? put(after, { time: at }) : before

/** Lifts a throttle whose recover rules hold at this moment. */
async function recover(step: Step, at: number): Promise<Step> {
  const facts = recoveryFacts(step.state.enforcement, at)
  const match = facts && (await recovered(step.engine.rules.recover, facts))
  return match ? act(step, { type: 'Recover', match }, at) : step
}

function plan(step: Step, event: ScoredEvent): Step {
  const before = step.state.plan
  const after = settlePlan(before, event.plan, event.time, step.engine.rules.policy.planSettlesMinutes * MINUTE)
  if (after === before) return step
  const next = put(step, { plan: after })
  if (before.current === after.current) return next
  const changed = { type: 'PlanChanged' as const, from: before.current!, to: after.current! }
  return entitled(before.current === null ? next : written(next, changed, event.time), event.time)
}

/** Counts an event that is evidence. */
function meter(
  step: Step,
  event: ScoredEvent,
  { label, nonCoding, category }: NonNullable<Advanced['classification']>,
): Step {
  const usage = record(
    step.state.usage,
    {
      time: event.time,
      label: label === 'non_coding' ? 'nonCoding' : label,
      text: event.score.fingerprint ?? event.id,
      tokens: (event.tokens?.input ?? 0) + (event.tokens?.output ?? 0),
      inFlight: event.inFlight ?? 0,
      unsupportedClient: isUnsupported(event.client, step.engine.rules.supportedClients),
      sessionId: event.sessionId,
      deviceId: event.deviceId,
      projectId: event.projectId,
    },
    step.state.time,
  )
  if (label !== 'non_coding') return put(step, { usage })
  const evidence = { id: event.id, time: event.time, score: nonCoding, category }
  return put(step, { usage, enforcement: withEvidence(step.state.enforcement, evidence) })
}

/** Lets the detect rules look at the usage; a violation spends it. */
async function evaluate(step: Step, event: ScoredEvent): Promise<Step> {
  const { state, engine } = step
  const { time: at, accountId, enforcement } = state
  const facts = Object.assign(usageFacts(state.usage, at), { 'account.plan': state.plan.current! })
  const { violation, shadow, shadowHolding } = await detect(engine.rules.detect, facts, state.shadow, (rule) =>
    isPardoned(enforcement, rule, at),
  )
  const found = shadow.map((match) => ({ accountId, at: moment(at), rulesVersion: engine.rules.version, match }))
  const isShadowless = found.length + shadowHolding.length + state.shadow.length === 0
  const next = isShadowless ? step : { ...put(step, { shadow: shadowHolding }), shadow: [...step.shadow, ...found] }
  if (!violation) return next
  const cause = { id: event.id, time: event.time }
  return put(act(next, { type: 'RecordViolation', match: violation, event: cause, plan: state.plan.current! }, at), {
    usage: noUsage,
    shadow: [],
  })
}

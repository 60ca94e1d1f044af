import type { Plan } from '../decode/event.ts'

/** The plan that counts, and another one that the latest events name but that has not done so for long enough. */
export interface PlanState {
  current: Plan | null
  pending?: { plan: Plan; since: number }
}

export const initialPlan: PlanState = { current: null }

/**
 * The plan after an event that names one: two gateways may know different plans for a while, so a new one counts once it has
 * been the latest for `settlesMs`. The very first counts at once.
 */
export function settlePlan(state: PlanState, plan: Plan, time: number, settlesMs: number): PlanState {
  if (state.current === plan && !state.pending) return state
  if (state.current === null || state.current === plan) return { current: plan }
  const since = state.pending?.plan === plan ? state.pending.since : time
  return time - since >= settlesMs ? { current: plan } : { current: state.current, pending: { plan, since } }
}

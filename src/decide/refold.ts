import type { Policy, Step } from '../evaluate/documents.ts'
import type { Ladder } from '../evaluate/ladder.ts'
import { type Enforcement, rank, type Violation } from './enforcement.ts'

const HOUR = 3_600_000

/** A restriction as the ladder prescribes it, before it has an id. `until` is null while a ban is held for review. */
export type Prescription =
  | { kind: 'none' }
  | { kind: 'throttle' | 'ban'; since: number; cause: string }
  | { kind: 'suspension'; since: number; cause: string; until: number | null }

/**
 * What the ladder answers to the n-th active violation. Promise 3 stands here too, whatever a file says: the third is a
 * ban, or a suspension without end where policy has bans reviewed, and fewer never are.
 */
export function prescribe(
  ladder: Ladder,
  policy: Policy,
  active: number,
  violation: Pick<Violation, 'id' | 'at' | 'severity' | 'category' | 'plan'>,
): Prescription {
  const { at: since, id: cause, severity, category, plan } = violation
  if (active >= 3)
    return policy.banReview === 'hold'
      ? { kind: 'suspension', since, cause, until: null }
      : { kind: 'ban', since, cause }
  const step = ladder.prescribed({ active, severity, category, plan })
  if (!step) return { kind: 'none' }
  return step.kind === 'throttle'
    ? { kind: 'throttle', since, cause }
    : { kind: 'suspension', since, cause, until: since + hoursOf(step) * HOUR }
}

/** A ban that a broken file prescribes to fewer than three violations becomes a suspension of a day. */
const hoursOf = (step: Step) => (step.kind === 'suspension' ? step.hours : 24)

/**
 * Today's ladder over the violations that remain, each at its own time and with the plan stored on it, up to `at`: terms
 * that have ended have ended, and what recovery had lifted stays lifted.
 */
export function refold(
  state: Enforcement,
  remaining: readonly Violation[],
  at: number,
  ladder: Ladder,
  policy: Policy,
): Prescription {
  let current: Prescription = { kind: 'none' }
  remaining.forEach((violation, index) => {
    current = lapsed(current, violation.at, state.recoveries)
    const next = prescribe(ladder, policy, index + 1, violation)
    if (rank(next) >= rank(current)) current = next
  })
  return lapsed(current, at, state.recoveries)
}

function lapsed(current: Prescription, at: number, recoveries: readonly number[]): Prescription {
  if (current.kind === 'suspension' && current.until !== null && current.until <= at)
    return lapsed({ kind: 'throttle', since: current.until, cause: current.cause }, at, recoveries)
  if (current.kind !== 'throttle') return current
  const { since } = current
  return recoveries.some((lifted) => lifted >= since && lifted <= at) ? { kind: 'none' } : current
}

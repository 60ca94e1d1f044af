import type { RuleSet } from '../evaluate/ruleSet.ts'

/** A rule set and the account time (milliseconds) from which it is in force. */
export interface InForce {
  rules: RuleSet
  from: number
}

/** An account that was past `from` already when a set was promoted, and so took it up with a later input. */
export interface TakenUp {
  accountId: string
  ordinal: number
  /** Which of the sets: the time from which it is in force for everyone else. */
  effectiveFrom: number
}

/** Which rule set an account is advanced under. */
export interface Timeline {
  /** The set for the input of this ordinal at this account time. */
  at(accountId: string, ordinal: number, time: number): InForce
  /** The account times at which sets take force, in order. */
  changes: readonly number[]
}

/** Which set is the newest that a timeline knows: the time from which it is in force. Undefined where none is stored. */
export const newestOf = ({ changes }: Timeline): number | undefined => changes.at(-1)

/** The set in force at a moment, for whoever has not taken one up late. */
export const inForceAt = (timeline: Timeline, time: number): InForce => timeline.at('', Number.MAX_SAFE_INTEGER, time)

/** The same set for everyone, always. */
export const always = (rules: RuleSet): Timeline => ({ at: () => ({ rules, from: 0 }), changes: [] })

/** Sets in order of `from`; the first also covers what lies before it. */
export function timelineOf(sets: readonly InForce[], takenUp: readonly TakenUp[]): Timeline {
  const sorted = [...sets].sort((a, b) => a.from - b.from)
  const first = { ...sorted[0]!, from: 0 }
  const byAccount = Map.groupBy(takenUp, (one) => one.accountId)
  return {
    changes: sorted.map(({ from }) => from),
    at(accountId, ordinal, time) {
      const late = byAccount.get(accountId)
      const inForce = sorted.findLast(({ from }) => {
        const taken = late?.find((one) => one.effectiveFrom === from)
        return taken ? ordinal >= taken.ordinal : time >= from
      })
      return inForce ?? first
    },
  }
}

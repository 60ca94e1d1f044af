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
  rulesVersion: string
}

/** Which rule set an account is advanced under. */
export interface Timeline {
  /** The set for the input of this ordinal at this account time. */
  at(accountId: string, ordinal: number, time: number): InForce
}

/** The same set for everyone, always. */
export const always = (rules: RuleSet): Timeline => ({ at: () => ({ rules, from: 0 }) })

/** Sets in order of `from`; the first also covers what lies before it. */
export function timelineOf(sets: readonly InForce[], takenUp: readonly TakenUp[]): Timeline {
  const sorted = [...sets].sort((a, b) => a.from - b.from)
  const byAccount = Map.groupBy(takenUp, (one) => one.accountId)
  return {
    at(accountId, ordinal, time) {
      const late = byAccount.get(accountId) ?? []
      const inForce = sorted.filter(({ rules, from }) => {
        const taken = late.find((one) => one.rulesVersion === rules.version)
        return taken ? ordinal >= taken.ordinal : time >= from
      })
      return inForce.at(-1) ?? { ...sorted[0]!, from: 0 }
    },
  }
}

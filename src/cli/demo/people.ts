import type { LedgerEntry } from '../../account.ts'
import type { Holder } from '../../simulate/persona.ts'
import type { ApiClient } from './apiClient.ts'
import type { FiledAppeal, Gateway } from './gateway.ts'

const REASON = 'Her prompts are test data of the app that she builds, which the repository shows.'

/** The people of the demo: holders who appeal, and a person of support who takes each appeal up and finds for the holder. */
export interface People {
  /** Everyone takes the next step, one a call, after these entries; whether anybody did anything. */
  act(entries: readonly LedgerEntry[]): Promise<boolean>
}

/** `support` has the key of a person of support; holders appeal through their gateway. */
export function demoPeople(holders: Iterable<Holder>, gateway: Pick<Gateway, 'appeal'>, support: ApiClient): People {
  const appealing = new Map(Array.from(holders, ({ accountId, persona }) => [accountId, persona.appeal]))
  let undecided: FiledAppeal[] = []
  const review = async ({ id, status }: FiledAppeal): Promise<FiledAppeal> => {
    const path = `/v1/appeals/${id}`
    const { appeal } = await (status === 'open'
      ? support.post<{ appeal: FiledAppeal }>(`${path}/claim`, {})
      : support.post<{ appeal: FiledAppeal }>(`${path}/decision`, { outcome: 'overturned', reason: REASON }))
    return appeal
  }
  return {
    async act(entries) {
      const before = undecided
      undecided = []
      for (const one of before) {
        const reviewed = await review(one)
        if (reviewed.status === 'claimed') undecided.push(reviewed)
      }
      for (const entry of entries) {
        const statement = appealing.get(entry.accountId)
        if (entry.type !== 'ViolationRecorded' || statement === undefined) continue
        undecided.push((await gateway.appeal(entry.accountId, entry.violation.id, statement)).appeal)
      }
      return before.length + undecided.length > 0
    },
  }
}

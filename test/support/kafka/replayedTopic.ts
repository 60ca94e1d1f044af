import canonicalize from 'canonicalize'
import type { LedgerEntry } from '../../../src/account.ts'
import { engineWith } from '../engine.ts'
import { byAccount, replayed } from '../log.ts'
import type { Request } from './requests.ts'

/** The ledger of a replay of each partition by itself, account by account: time passes for an account as its partition does. */
export async function replayedTopic(requests: readonly Request[]): Promise<string[]> {
  const engine = await engineWith()
  const entries: LedgerEntry[] = []
  for (const own of Map.groupBy(requests, ({ partition }) => partition).values())
    entries.push(
      ...(
        await replayed(
          own.map(({ value }) => Buffer.from(value as string)),
          engine,
        )
      ).entries,
    )
  return Object.values(byAccount(entries))
    .flat()
    .map((entry) => canonicalize(entry)!)
}

import canonicalize from 'canonicalize'
import type { LedgerEntry } from '../../../src/account.ts'
import { engineWith } from '../engine.ts'
import { byAccount, replayed } from '../log.ts'
import type { Request } from './requests.ts'

/** A replay of each partition by itself, as time passes for an account as its partition does: the ledger, and how many inputs counted. */
export async function replayedTopic(
  requests: readonly Request[],
): Promise<{ ledger: string[]; ordinals: Record<string, number> }> {
  const engine = await engineWith()
  const entries: LedgerEntry[] = []
  const ordinals: [string, number][] = []
  for (const own of Map.groupBy(requests, ({ partition }) => partition).values()) {
    const { entries: some, run } = await replayed(
      own.map(({ value }) => Buffer.from(value)),
      engine,
    )
    entries.push(...some)
    for (const [accountId, { ordinal }] of run.accounts) ordinals.push([accountId, ordinal])
  }
  const ledger = Object.values(byAccount(entries))
    .flat()
    .map((entry) => canonicalize(entry)!)
  return { ledger, ordinals: Object.fromEntries(ordinals) }
}

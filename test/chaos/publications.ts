import canonicalize from 'canonicalize'
import type { LedgerEntry } from '../../src/account.ts'
import type { Entitlement } from '../../src/entitle/entitlement.ts'

const ACCESS = { throttle: 'throttle', suspension: 'suspend', ban: 'ban' } as const

/** What came out on the topic of entitlements, judged by the outbox and by the ledger that is right. */
export interface Publications {
  /** In the order of the topic. */
  published: readonly Entitlement[]
  /** In the order of their versions. */
  outbox: readonly Entitlement[]
  ledger: readonly LedgerEntry[]
}

/** Versions that were skipped, came late or repeated with other content, and changes of a restriction that nobody heard of. */
export function publicationFindings({ published, outbox, ledger }: Publications): string[] {
  const [told, kept, decided] = [byAccount(published), byAccount(outbox), byAccount(ledger)]
  const accounts = [...new Set([...told.keys(), ...kept.keys(), ...decided.keys()])].sort()
  return accounts.flatMap((accountId) => {
    const own = told.get(accountId) ?? []
    const { firsts, findings } = inOrder(own)
    const right = kept.get(accountId) ?? []
    const missing = right.filter((one, index) => canonicalize(one) !== canonicalize(firsts[index]))
    const more = firsts.length > right.length ? [`${firsts.length} versions on the topic, ${right.length} decided`] : []
    const changes = missedChanges(firsts, decided.get(accountId) ?? [])
    return [...findings, ...missing.slice(0, 1).map(notPublished), ...more, ...changes].map(
      (finding) => `entitlement of ${accountId}: ${finding}`,
    )
  })
}

const byAccount = <T extends { accountId: string }>(items: readonly T[]): Map<string, T[]> =>
  Map.groupBy(items, ({ accountId }) => accountId)

const notPublished = ({ version }: Entitlement) => `version ${version} is not on the topic as it was decided`

/** Versions as a reader takes them who drops what he has seen; how many came more than once is no fault, as long as they are the same. */
function inOrder(own: readonly Entitlement[]): { firsts: Entitlement[]; findings: string[] } {
  const firsts: Entitlement[] = []
  const findings: string[] = []
  for (const one of own) {
    const { version } = one
    const known = firsts[version - 1]
    if (known && canonicalize(known) !== canonicalize(one)) findings.push(`version ${version} came with other content`)
    if (known) continue
    if (version !== firsts.length + 1) findings.push(`version ${version} came after version ${firsts.length}`)
    firsts.push(one)
  }
  return { firsts, findings }
}

/** The restrictions that the ledger has, one after the other, have to be what gateways were told; what one moment undoes is not told. */
function missedChanges(firsts: readonly Entitlement[], ledger: readonly LedgerEntry[]): string[] {
  const told = firsts.map(({ access, updatedAt }) => ({ access, at: updatedAt }))
  return changesOf(ledger)
    .filter((change) => !told.some(({ access, at }) => access === change.access && at === change.at))
    .map(({ access, at }) => `nobody was told of ${access} at ${at}`)
}

/** Restrictions by the moment from which they were in force, the last of each moment. */
function changesOf(ledger: readonly LedgerEntry[]): { at: string; access: Entitlement['access'] }[] {
  const changes = new Map<string, Entitlement['access']>()
  for (const entry of ledger) {
    if (entry.type === 'RestrictionImposed' || entry.type === 'RestrictionEased')
      changes.set(entry.at, ACCESS[entry.restriction.kind])
    if (entry.type === 'RestrictionLifted') changes.set(entry.at, 'allow')
  }
  return [...changes].map(([at, access]) => ({ at, access }))
}

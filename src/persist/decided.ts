import type { Advanced, StoredInput } from '../account.ts'
import { type Tx, together } from '../db.ts'

type Enforcement = Advanced['state']['enforcement']
type Owned<T> = T & { accountId: string }
type NoticeIssued = Extract<Advanced['entries'][number], { type: 'NoticeIssued' }>

/** Stores the commands and ticks by which accounts advanced. */
export async function saveInputs(tx: Tx, inputs: readonly StoredInput[]): Promise<void> {
  if (inputs.length === 0) return
  await tx.query({
    name: 'inputs/save',
    text: 'insert into inputs (account_id, ordinal, input) select * from unnest($1::text[], $2::bigint[], $3::jsonb[])',
    values: [
      inputs.map((one) => one.accountId),
      inputs.map((one) => one.ordinal),
      inputs.map((one) => JSON.stringify(one.input)),
    ],
  })
}

/** Brings violations and appeals to what the states of their accounts say. */
export async function saveEnforcement(tx: Tx, accounts: readonly Owned<Enforcement>[]): Promise<void> {
  const violations = accounts.flatMap((one) => one.violations.map((own) => ({ accountId: one.accountId, ...own })))
  const appeals = accounts.flatMap((one) => one.appeals.map((own) => ({ accountId: one.accountId, ...own })))
  await together([saveViolations(tx, violations), saveAppeals(tx, appeals)]) // in this order: the one names the other
}

async function saveViolations(tx: Tx, violations: readonly Owned<Enforcement['violations'][number]>[]): Promise<void> {
  if (violations.length === 0) return
  await tx.query({
    name: 'violations/save',
    text: `
        insert into violations (account_id, violation_id, rule, severity, category, status, at)
        select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
        on conflict (account_id, violation_id) do update set status = excluded.status where violations.status <> excluded.status`,
    values: (['accountId', 'id', 'rule', 'severity', 'category', 'status', 'at'] as const).map((key) =>
      violations.map((one) => one[key]),
    ),
  })
}

async function saveAppeals(tx: Tx, appeals: readonly Owned<Enforcement['appeals'][number]>[]): Promise<void> {
  if (appeals.length === 0) return
  await tx.query({
    name: 'appeals/save',
    text: `
        insert into appeals (account_id, appeal_id, violation_id, status, reviewer, lease_until)
        select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
        on conflict (account_id, appeal_id) do update set
          status = excluded.status, reviewer = excluded.reviewer, lease_until = excluded.lease_until`,
    values: [
      ...(['accountId', 'id', 'violationId', 'status'] as const).map((key) => appeals.map((one) => one[key])),
      appeals.map((one) => one.reviewer ?? null),
      appeals.map((one) => one.leaseUntil ?? null),
    ],
  })
}

/** Stores what holders and gateways must hear, and what shadow rules saw. */
export async function saveOutcomes(
  tx: Tx,
  outcomes: readonly Pick<Advanced, 'entries' | 'entitlements' | 'shadow'>[],
): Promise<void> {
  const notices = outcomes.flatMap(({ entries }) =>
    entries.flatMap((entry) => (entry.type === 'NoticeIssued' ? [entry] : [])),
  )
  const entitlements = outcomes.flatMap((one) => one.entitlements)
  const shadow = outcomes.flatMap((one) => one.shadow)
  await together([saveNotices(tx, notices), saveEntitlements(tx, entitlements), saveShadow(tx, shadow)])
}

async function saveNotices(tx: Tx, notices: readonly NoticeIssued[]): Promise<void> {
  if (notices.length === 0) return
  await tx.query({
    name: 'notices/save',
    text: 'insert into notices (account_id, notice_id, seq, notice) select * from unnest($1::text[], $2::text[], $3::bigint[], $4::jsonb[])',
    values: [
      notices.map((one) => one.accountId),
      notices.map((one) => one.notice.id),
      notices.map((one) => one.seq),
      notices.map((one) => JSON.stringify(one.notice)),
    ],
  })
}

async function saveEntitlements(tx: Tx, entitlements: Advanced['entitlements']): Promise<void> {
  if (entitlements.length === 0) return
  await tx.query({
    name: 'outbox/save',
    text: 'insert into outbox (account_id, version, entitlement) select * from unnest($1::text[], $2::bigint[], $3::jsonb[])',
    values: [
      entitlements.map((one) => one.accountId),
      entitlements.map((one) => one.version),
      entitlements.map((one) => JSON.stringify(one)),
    ],
  })
}

async function saveShadow(tx: Tx, shadow: Advanced['shadow']): Promise<void> {
  if (shadow.length === 0) return
  await tx.query({
    name: 'shadow_matches/save',
    text: `
        insert into shadow_matches (account_id, at, rule, rules_version, match)
        select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::jsonb[]) on conflict do nothing`,
    values: [
      shadow.map((one) => one.accountId),
      shadow.map((one) => Date.parse(one.at)),
      shadow.map((one) => one.match.rule),
      shadow.map((one) => one.rulesVersion),
      shadow.map((one) => JSON.stringify(one.match)),
    ],
  })
}

import type { LedgerEntry } from '../account.ts'
import type { Db } from '../db.ts'
import type { Appeal } from '../decide/enforcement.ts'

/** An appeal with the account that it belongs to. */
export interface ListedAppeal extends Omit<Appeal, 'leaseUntil'> {
  accountId: string
  rule: string
  severity: string
  category: string
  /** Milliseconds. */
  leaseUntil?: number
}

interface Row extends Record<string, unknown> {
  account_id: string
  appeal_id: string
  violation_id: string
  status: Appeal['status']
  reviewer: string | null
  lease_until: number | null
  rule: string
  severity: string
  category: string
}

const SELECT = `
  select p.account_id, p.appeal_id, p.violation_id, p.status, p.reviewer, p.lease_until, v.rule, v.severity, v.category
  from appeals p join violations v using (account_id, violation_id)`

/** Appeals of every account in order of account and id, from behind one on; of one status if it is given. */
export async function readAppeals(
  db: Db,
  status: Appeal['status'] | undefined,
  after: { accountId: string; appealId: string },
  limit: number,
): Promise<ListedAppeal[]> {
  const { rows } = await db.query<Row>({
    name: 'appeals/page',
    text: `${SELECT}
      where ($1::text is null or p.status = $1) and (p.account_id, p.appeal_id) > ($2, $3)
      order by p.account_id, p.appeal_id limit $4`,
    values: [status ?? null, after.accountId, after.appealId, limit],
  })
  return rows.map(listed)
}

/** The appeal of this id. */
export async function findAppeal(db: Db, appealId: string): Promise<ListedAppeal | undefined> {
  const { rows } = await db.query<Row>({
    name: 'appeals/find',
    text: `${SELECT} where p.appeal_id = $1`,
    values: [appealId],
  })
  return rows[0] && listed(rows[0])
}

/** What the ledger says about an appeal: the violation that it is about, filing, claims and decision, in order. */
export async function readAppealEntries(
  db: Db,
  { accountId, id, violationId }: Pick<ListedAppeal, 'accountId' | 'id' | 'violationId'>,
): Promise<LedgerEntry[]> {
  const { rows } = await db.query<{ entry: string }>({
    name: 'ledger/appeal',
    text: `
      select entry from ledger, lateral (select entry::jsonb as e) as parsed
      where account_id = $1 and entry is not null
        and (e->>'appealId' = $2 or e->'appeal'->>'id' = $2 or e->'violation'->>'id' = $3
          or e->'carriedOver'->'violations' ? $3)
      order by seq`,
    values: [accountId, id, violationId],
  })
  return rows.map(({ entry }) => JSON.parse(entry))
}

function listed(row: Row): ListedAppeal {
  const { account_id: accountId, appeal_id: id, violation_id: violationId, status, rule, severity, category } = row
  return {
    ...{ accountId, id, violationId, status, rule, severity, category },
    ...(row.reviewer === null ? {} : { reviewer: row.reviewer }),
    ...(row.lease_until === null ? {} : { leaseUntil: row.lease_until }),
  }
}

import type { Db } from '../db.ts'
import type { Plan } from '../decode/event.ts'
import type { Entitlement } from '../entitle/entitlement.ts'

/** What must be known of an account to let a request through or not: a row's columns, without its state. */
export interface Standing {
  plan: Plan | null
  restriction: 'none' | 'throttle' | 'suspension' | 'ban'
  /** Of a suspension; null: until support has decided. Milliseconds. */
  until: number | null
  /** Why, for whoever is restricted. */
  reason: Entitlement['reason']
}

/** How an account stands; undefined if nothing is known of it. */
export async function readStanding(db: Db, accountId: string): Promise<Standing | undefined> {
  const { rows } = await db.query<Standing & Record<string, unknown>>({
    name: 'accounts/standing',
    text: `
      select a.plan, a.restriction, a.restriction_until as until,
        case when a.restriction <> 'none' then
          (select o.entitlement->'reason' from outbox o where o.account_id = a.account_id order by o.version desc limit 1)
        end as reason
      from accounts a where a.account_id = $1`,
    values: [accountId],
  })
  return rows[0]
}

/** The entitlement in force; undefined if the account has none yet. */
export async function readEntitlement(db: Db, accountId: string): Promise<Entitlement | undefined> {
  const { rows } = await db.query<{ entitlement: Entitlement }>({
    name: 'outbox/latest',
    text: 'select entitlement from outbox where account_id = $1 order by version desc limit 1',
    values: [accountId],
  })
  return rows[0]?.entitlement
}

/** Whether anything is known of an account. */
export async function accountExists(db: Db, accountId: string): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'accounts/exists',
    text: 'select from accounts where account_id = $1',
    values: [accountId],
  })
  return rowCount === 1
}

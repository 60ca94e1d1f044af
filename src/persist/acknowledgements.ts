import type { Db, Tx } from '../db.ts'

/** The version of an account's entitlement that a gateway instance enforces. */
export interface Acknowledgement {
  gateway: string
  instance: string
  version: number
  at: Date
}

/** Notes the version that a gateway instance has come to; it never goes back. False if this version was never given out. */
export async function acknowledge(
  tx: Tx,
  { accountId, version, gateway, instance }: { accountId: string } & Omit<Acknowledgement, 'at'>,
): Promise<boolean> {
  const { rows } = await tx.query<{ known: boolean }>({
    name: 'acknowledgements/save',
    text: `
      with known as (select account_id, version from outbox where account_id = $1 and version = $2 for key share),
      saved as (
        insert into acknowledgements as a (account_id, key_id, instance, version)
        select account_id, $3, $4, version from known
        on conflict (account_id, key_id, instance) do update set version = excluded.version, acknowledged_at = now()
        where a.version < excluded.version)
      select exists (select from known) as known`,
    values: [accountId, version, gateway, instance],
  })
  return rows[0]!.known
}

/** What gateway instances have acknowledged of an account, the latest first. */
export async function acknowledgementsOf(db: Db, accountId: string): Promise<Acknowledgement[]> {
  const { rows } = await db.query<Acknowledgement & Record<string, unknown>>({
    name: 'acknowledgements/of',
    text: `
      select key_id as gateway, instance, version, acknowledged_at as at from acknowledgements
      where account_id = $1 order by acknowledged_at desc limit 100`,
    values: [accountId],
  })
  return rows
}

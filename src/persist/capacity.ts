import type { Db, Tx } from '../db.ts'

/** How busy somebody says that the models are. */
export interface CapacityReport {
  /** Who says so: `http:<key id>`, `kafka:<record's key>`, or `kafka/<partition>`. */
  source: string
  /** Which of those who share that name. */
  instance: string
  utilization: number
  /** Milliseconds: when it was measured. */
  at: number
}

/** Keeps of each source the newest report; returns for how many of them that is a new one. */
export async function saveCapacity(tx: Tx, reports: readonly CapacityReport[]): Promise<number> {
  if (reports.length === 0) return 0
  const columns = ['source', 'instance', 'utilization', 'at'] as const
  const { rowCount } = await tx.query({
    name: 'capacity/save',
    text: `
      insert into capacity as c (source, instance, utilization, at)
      select distinct on (source, instance) *
      from unnest($1::text[], $2::text[], $3::double precision[], $4::bigint[]) as r (source, instance, utilization, at)
      order by source, instance, at desc
      on conflict (source, instance) do update
        set utilization = excluded.utilization, at = excluded.at, received_at = now()
        where c.at < excluded.at`,
    values: columns.map((column) => reports.map((one) => one[column])),
  })
  return rowCount ?? 0
}

/** Deletes what was said by who has said nothing for a day. */
export async function deleteStaleCapacity(db: Db): Promise<void> {
  await db.query({
    name: 'capacity/expire',
    text: "delete from capacity where received_at < now() - interval '1 day'",
  })
}

import type { SourcePosition } from '../account.ts'
import type { Tx } from '../db.ts'

/** Moves a source's position on; it never goes back. */
export async function savePosition(tx: Tx, { source, greatestTime }: SourcePosition): Promise<void> {
  await tx.query({
    name: 'positions/save',
    text: `
      insert into positions (source, greatest_time) values ($1, $2)
      on conflict (source) do update set greatest_time = excluded.greatest_time, at_end_since = null
      where positions.greatest_time < excluded.greatest_time or positions.at_end_since is not null`,
    values: [source, greatestTime],
  })
}

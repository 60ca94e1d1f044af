import type { StoredInput } from '../account.ts'
import type { Db } from '../db.ts'

/** The stored commands and ticks account by account, by ordinal; of one account if it is named. Read in pages, so memory stays small. */
export async function* readInputs(db: Db, accountId?: string, page = 1000): AsyncGenerator<StoredInput> {
  let after: [string, number] = ['', 0]
  for (;;) {
    const { rows } = await db.query<StoredInput & Record<string, unknown>>({
      name: 'inputs/page',
      text: `
        select account_id as "accountId", ordinal, input from inputs
        where (account_id, ordinal) > ($1, $2) and ($3::text is null or account_id = $3)
        order by account_id, ordinal limit $4`,
      values: [...after, accountId ?? null, page],
    })
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < page) return
    after = [last.accountId, last.ordinal]
  }
}

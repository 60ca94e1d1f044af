import type { Db } from '../../src/db.ts'

/** Every row of every table as text, as somebody with a dump would search it. */
export async function wholeDatabase(db: Db): Promise<string[]> {
  const { rows: tables } = await db.query<{ name: string }>(
    "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' order by 1",
  )
  const texts: string[] = []
  for (const { name } of tables) {
    const { rows } = await db.query<{ text: string }>(`select t::text as text from ${name} t`)
    texts.push(...rows.map(({ text }) => `${name}: ${text}`))
  }
  return texts
}

/** The rows that hold one of the words, plain or as bytes. */
export async function rowsWith(db: Db, words: readonly string[]): Promise<string[]> {
  const spellings = words.flatMap((word) => [word, Buffer.from(word).toString('hex')])
  return (await wholeDatabase(db)).filter((row) => spellings.some((one) => row.includes(one)))
}

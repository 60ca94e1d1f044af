import type { Db, Tx } from '../db.ts'

/** Remembers how many partitions a topic has, the first time; returns how many it had then. */
export async function rememberPartitions(tx: Tx, topic: string, partitions: number): Promise<number> {
  const { rows } = await tx.query<{ partitions: number }>({
    name: 'kafka_topics/remember',
    text: `
      insert into kafka_topics as t (topic, partitions) values ($1, $2)
      on conflict (topic) do update set partitions = t.partitions
      returning partitions`,
    values: [topic, partitions],
  })
  return rows[0]!.partitions
}

/** How many partitions a topic had when it was first read; undefined before that. */
export async function rememberedPartitions(db: Db, topic: string): Promise<number | undefined> {
  const { rows } = await db.query<{ partitions: number }>({
    name: 'kafka_topics/read',
    text: 'select partitions from kafka_topics where topic = $1',
    values: [topic],
  })
  return rows[0]?.partitions
}

import type { PartitionMove } from '../account.ts'
import type { Db, Tx } from '../db.ts'

/** How far a partition has been taken, and under which epoch it may be moved on. */
export interface PartitionPosition {
  partition: number
  epoch: number
  /** Offset of the first event that is not taken yet. */
  nextOffset: number
}

const COLUMNS = 'partition, epoch, next_offset as "nextOffset"'

/**
 * Takes partitions: from here on nobody else moves their positions, and whether they are at their end is to be seen anew. Where none
 * is known yet, it begins at the log's beginning.
 */
export async function takePartitions(
  db: Db,
  topic: string,
  logs: readonly { partition: number; low: number }[],
): Promise<PartitionPosition[]> {
  const sorted = [...logs].sort((one, other) => one.partition - other.partition) // all lock them in one order
  const { rows } = await db.query<PartitionPosition>({
    name: 'kafka_positions/take',
    text: `
      insert into kafka_positions as p (topic, partition, epoch, next_offset)
      select $1, m.partition, 1, m.low from unnest($2::int[], $3::bigint[]) as m(partition, low)
      on conflict (topic, partition) do update set epoch = p.epoch + 1, at_end_since = null
      returning ${COLUMNS}`,
    values: [topic, sorted.map(({ partition }) => partition), sorted.map(({ low }) => low)],
  })
  return rows
}

/**
 * Moves positions on, all of them or none: false, and to be undone, if somebody else has taken one of the partitions or it stands
 * elsewhere.
 */
export async function movePositions(tx: Tx, topic: string, moves: readonly PartitionMove[]): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'kafka_positions/move',
    text: `
      update kafka_positions as p
      set next_offset = m.to_offset, greatest_time = greatest(p.greatest_time, m.greatest_time), at_end_since = null
      from unnest($2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
        as m(partition, epoch, from_offset, to_offset, greatest_time)
      where p.topic = $1 and p.partition = m.partition and p.epoch = m.epoch and p.next_offset = m.from_offset`,
    values: [
      topic,
      moves.map(({ partition }) => partition),
      moves.map(({ epoch }) => epoch),
      moves.map(({ from }) => from),
      moves.map(({ to }) => to),
      moves.map(({ greatestTime }) => greatestTime ?? null),
    ],
  })
  return rowCount === moves.length
}

/** Positions of a topic, in order of partitions. */
export async function readPartitions(db: Db, topic: string): Promise<PartitionPosition[]> {
  const { rows } = await db.query<PartitionPosition>({
    name: 'kafka_positions/read',
    text: `select ${COLUMNS} from kafka_positions where topic = $1 order by partition`,
    values: [topic],
  })
  return rows
}

/** Notes that partitions are at their end, unless that is known, or somebody else holds them by now. */
export async function partitionsAtEnd(
  db: Db,
  topic: string,
  held: readonly PartitionPosition[],
  now: number,
): Promise<void> {
  await db.query({
    name: 'kafka_positions/at-end',
    text: `
      update kafka_positions as p set at_end_since = to_timestamp($5::double precision / 1000)
      from unnest($2::int[], $3::bigint[], $4::bigint[]) as h(partition, epoch, next_offset)
      where p.topic = $1 and p.partition = h.partition and p.epoch = h.epoch and p.next_offset = h.next_offset
        and p.at_end_since is null and p.greatest_time is not null`,
    values: [
      topic,
      held.map(({ partition }) => partition),
      held.map(({ epoch }) => epoch),
      held.map(({ nextOffset }) => nextOffset),
      now,
    ],
  })
}

/** How far a partition has been read in the time of its events (milliseconds), and since when it has been at its end. */
export async function readPartitionTime(
  db: Db,
  topic: string,
  partition: number,
): Promise<{ greatestTime: number; atEndSince: number | undefined } | undefined> {
  const { rows } = await db.query<{ greatest_time: number; at_end_since: Date | null }>({
    name: 'kafka_positions/time',
    text: `
      select greatest_time, at_end_since from kafka_positions
      where topic = $1 and partition = $2 and greatest_time is not null`,
    values: [topic, partition],
  })
  const row = rows[0]
  return row && { greatestTime: row.greatest_time, atEndSince: row.at_end_since?.getTime() }
}

/** The greatest event time that was taken from a topic; 0 before the first. */
export async function greatestTimeOf(db: Db, topic: string): Promise<number> {
  const { rows } = await db.query<{ greatest: number }>({
    name: 'kafka_positions/greatest-time',
    text: 'select coalesce(max(greatest_time), 0) as greatest from kafka_positions where topic = $1',
    values: [topic],
  })
  return rows[0]!.greatest
}

/** Puts a position where a person says, past events that the log has lost; who holds the partition has to take it anew. */
export async function acceptGap(
  tx: Tx,
  topic: string,
  { partition, epoch }: PartitionPosition,
  to: number,
): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'kafka_positions/accept-gap',
    text: `
      update kafka_positions set next_offset = $4, epoch = epoch + 1
      where topic = $1 and partition = $2 and epoch = $3`,
    values: [topic, partition, epoch, to],
  })
  return rowCount === 1
}

import type { Db, Tx } from '../db.ts'

/** How far a partition has been taken, and under which epoch it may be moved on. */
export interface PartitionPosition {
  partition: number
  epoch: number
  /** Offset of the first event that is not taken yet. */
  nextOffset: number
}

const COLUMNS = 'partition, epoch, next_offset as "nextOffset"'

/** Takes a partition: from here on nobody else moves its position. Where none is known yet, it begins at the log's beginning. */
export async function takePartition(
  db: Db,
  topic: string,
  partition: number,
  beginning: number,
): Promise<PartitionPosition> {
  const { rows } = await db.query<PartitionPosition>({
    name: 'kafka_positions/take',
    text: `
      insert into kafka_positions as p (topic, partition, epoch, next_offset) values ($1, $2, 1, $3)
      on conflict (topic, partition) do update set epoch = p.epoch + 1
      returning ${COLUMNS}`,
    values: [topic, partition, beginning],
  })
  return rows[0]!
}

/** Moves a position on; false, and nothing moved, if somebody else has taken the partition or it stands elsewhere. */
export async function movePosition(
  tx: Tx,
  topic: string,
  { partition, epoch, nextOffset }: PartitionPosition,
  to: number,
): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'kafka_positions/move',
    text: `
      update kafka_positions set next_offset = $5
      where topic = $1 and partition = $2 and epoch = $3 and next_offset = $4`,
    values: [topic, partition, epoch, nextOffset, to],
  })
  return rowCount === 1
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

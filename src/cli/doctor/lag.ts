import type { PartitionPosition } from '../../persist/kafkaPositions.ts'
import type { LogBounds } from '../../publish/kafka/inspector.ts'
import { type Finding, fine, wrong } from './finding.ts'

/** A position that the log does not hold. */
export interface Gap {
  position: PartitionPosition
  bounds: LogBounds
}

/** Positions outside their log: its beginning was deleted before it was read, or it was made anew. */
export function gapsOf(positions: readonly PartitionPosition[], log: readonly LogBounds[]): Gap[] {
  return positions.flatMap((position) => {
    const bounds = log.find(({ partition }) => partition === position.partition)
    const isInside = !bounds || (position.nextOffset >= bounds.low && position.nextOffset <= bounds.high)
    return isInside ? [] : [{ position, bounds }]
  })
}

/** How far PostgreSQL's positions are behind the log. */
export function lagFindings(
  topic: string,
  positions: readonly PartitionPosition[],
  log: readonly LogBounds[],
): Finding[] {
  const gaps = gapsOf(positions, log).map(({ position: { partition, nextOffset }, bounds: { low, high } }) =>
    wrong(
      `${topic}/${partition}`,
      nextOffset < low
        ? `the log begins at ${low}, the position is ${nextOffset}: ${low - nextOffset} offsets were deleted before they were read`
        : `the log ends at ${high}, the position is ${nextOffset}: it was made anew or lost its end`,
      `Restore it, or go on at ${low} with "lanekeeper doctor --accept-gap".`,
    ),
  )
  const lags = log.map(({ partition, low, high }) => {
    const position = positions.find((one) => one.partition === partition)
    return { partition, lag: high - Math.min(high, Math.max(low, position?.nextOffset ?? low)) }
  })
  const total = lags.reduce((sum, { lag }) => sum + lag, 0)
  const most = lags.reduce((one, other) => (other.lag > one.lag ? other : one), { partition: 0, lag: 0 })
  const where = total === 0 ? '' : `, ${most.lag} of them on partition ${most.partition}`
  return [...gaps, fine(topic, `${total} offsets lie between PostgreSQL's positions and the end${where}`)]
}

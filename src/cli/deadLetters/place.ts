import { LanekeeperError } from '../../errors.ts'
import type { LogPlace } from '../../persist/deadLetters.ts'

/** A place in the log as people write it: `lanekeeper.requests.v1/3/42`. */
export const placeName = ({ topic, partition, offset }: LogPlace): string => `${topic}/${partition}/${offset}`

/** The place that a name means. Throws a usage error. */
export function placeOf(name: string): LogPlace {
  const [, topic, partition, offset] = /^([\w.-]+)\/(\d{1,9})\/(\d{1,15})$/.exec(name) ?? []
  if (topic !== undefined) return { topic, partition: Number(partition), offset: Number(offset) }
  throw new LanekeeperError(
    'usage',
    `"${name}" is no place in a log`,
    'Give topic/partition/offset, as "dead-letters list" prints it.',
  )
}

import { z } from 'zod'
import { aheadOfArrival } from './arrival.ts'
import { chars, share } from './event.ts'
import { jsonOf, type Refusal, refusalOf } from './json.ts'

/** How busy a gateway says that its models are. Unknown fields are dropped. */
export const capacityReport = z.object({
  utilization: share.describe('0: idle, 1: nothing is left'),
  at: z.iso.datetime({ offset: true }).describe('RFC 3339: when it was measured'),
  instance: chars(1, 128).default('default').describe('which of the gateways that share a key'),
})

/** A decoded report; `at` in milliseconds since 1970. */
export interface Capacity {
  utilization: number
  at: number
  instance: string
}

export type DecodedCapacity = { capacity: Capacity; refusal?: undefined } | { capacity?: undefined; refusal: Refusal }

/** A report from the bytes of its JSON that arrived at `now`, or why not. Never throws. */
export function decodeCapacity(bytes: Uint8Array, now: number | undefined): DecodedCapacity {
  const { value, refusal } = jsonOf(bytes)
  if (refusal) return { refusal }
  const read = capacityReport.safeParse(value)
  return read.success ? capacityOf(read.data, now) : { refusal: refusalOf(read.error, value) }
}

/** A report that has its schema, unless its moment cannot be: one in the future would outlive every later report. */
export function capacityOf(report: z.output<typeof capacityReport>, now: number | undefined): DecodedCapacity {
  const at = Date.parse(report.at)
  if (at < 0) return { refusal: { path: 'at', reason: 'lies before 1970' } }
  const ahead = now === undefined ? undefined : aheadOfArrival(at, now)
  return ahead ? { refusal: { ...ahead, path: 'at' } } : { capacity: { ...report, at } }
}

import { type GatewayEvent, gatewayEvent } from './event.ts'
import { jsonOf, type Refusal, refusalOf } from './json.ts'

export { LONGEST_LINE, type Refusal } from './json.ts'
export type Decoded = { event: GatewayEvent; refusal?: undefined } | { event?: undefined; refusal: Refusal }

/** One event from the bytes of its JSON, or why not. Never throws. */
export function decode(bytes: Uint8Array): Decoded {
  const { value, refusal } = jsonOf(bytes)
  return refusal ? { refusal } : decodeValue(value)
}

/** One event from parsed JSON, or why not. Never throws. */
export function decodeValue(value: unknown): Decoded {
  const read = gatewayEvent.safeParse(value)
  if (!read.success) return { refusal: refusalOf(read.error, value) }
  const time = Date.parse(read.data.time)
  return time < 0
    ? { refusal: { path: 'time', reason: 'lies before 1970' } }
    : { event: Object.assign(read.data, { time }) }
}

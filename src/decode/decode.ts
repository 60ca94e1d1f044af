import { type GatewayEvent, gatewayEvent } from './event.ts'

/** Longest line that is looked at, in bytes: text and system prompt at their bounds fit in, each character escaped as \uXXXX. */
export const LONGEST_LINE = 1 << 20

/** What is wrong with one event: the first thing only, so that a bad line makes one report. */
export interface Refusal {
  path: string
  reason: string
}

export type Decoded = { event: GatewayEvent; refusal?: undefined } | { event?: undefined; refusal: Refusal }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** One event from the bytes of its JSON, or why not. Never throws. */
export function decode(bytes: Uint8Array): Decoded {
  if (bytes.length > LONGEST_LINE) return refuse('', `is longer than ${LONGEST_LINE} bytes`)
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return refuse('', 'is not UTF-8')
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return refuse('', `is not JSON: ${withoutContent(error)}`)
  }
  return decodeValue(value)
}

/** One event from parsed JSON, or why not. Never throws. */
export function decodeValue(value: unknown): Decoded {
  const read = gatewayEvent.safeParse(value)
  if (!read.success) {
    const { path, message } = read.error.issues[0]!
    const isMissing = path.length > 0 && at(value, path) === undefined
    return refuse(path.join('.'), isMissing ? 'is missing' : lowerFirst(message))
  }
  const time = Date.parse(read.data.time)
  return time < 0 ? refuse('time', 'lies before 1970') : { event: { ...read.data, time } }
}

const at = (value: unknown, path: readonly PropertyKey[]) =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value)

const refuse = (path: string, reason: string): Decoded => ({ refusal: { path, reason } })

/** JSON.parse quotes the text it stumbled over; a prompt must not end up in a report, so only the place is kept. */
function withoutContent(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  if (message.includes('end of JSON input')) return 'it ends too early'
  const position = /position (\d+)/.exec(message)
  return `unexpected character${position ? ` at character ${Number(position[1]) + 1}` : ''}`
}

const lowerFirst = (message: string) => message.charAt(0).toLowerCase() + message.slice(1)

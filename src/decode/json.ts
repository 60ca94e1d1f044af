import type { z } from 'zod'

/** Longest line that is looked at, in bytes: text and system prompt at their bounds fit in, each character escaped as \uXXXX. */
export const LONGEST_LINE = 1 << 20

/** What is wrong with one input: the first thing only, so that a bad line makes one report. */
export interface Refusal {
  path: string
  reason: string
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** The value of JSON as bytes, or why there is none. Never throws. */
export function jsonOf(
  bytes: Uint8Array,
): { value: unknown; refusal?: undefined } | { value?: undefined; refusal: Refusal } {
  if (bytes.length > LONGEST_LINE) return refuse(`is longer than ${LONGEST_LINE} bytes`)
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return refuse('is not UTF-8')
  }
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return refuse(`is not JSON: ${withoutContent(error)}`)
  }
}

/** The first thing that a schema finds wrong with a value. */
export const refusalOf = (error: z.ZodError, value: unknown): Refusal => refusalIn(error.issues[0]!, value)

/** One of the things that a schema finds wrong with a value. */
export function refusalIn({ path, message }: z.core.$ZodIssue, value: unknown): Refusal {
  const isMissing = path.length > 0 && at(value, path) === undefined
  return { path: path.join('.'), reason: isMissing ? 'is missing' : lowerFirst(message) }
}

const at = (value: unknown, path: readonly PropertyKey[]) =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value)

const refuse = (reason: string) => ({ refusal: { path: '', reason } })

/** JSON.parse quotes the text it stumbled over; a prompt must not end up in a report, so only the place is kept. */
function withoutContent(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  if (message.includes('end of JSON input')) return 'it ends too early'
  const position = /position (\d+)/.exec(message)
  return `unexpected character${position ? ` at character ${Number(position[1]) + 1}` : ''}`
}

const lowerFirst = (message: string) => message.charAt(0).toLowerCase() + message.slice(1)

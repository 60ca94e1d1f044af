import { z } from 'zod'
import type { Refusal } from '../../decode/decode.ts'

/** One request as a line of JSON brings it, to be labelled outside the path; lines of one `sessionId` are turns in order. */
const request = z.object({
  id: z.string().optional(),
  text: z.string(),
  role: z.enum(['user', 'tool']).optional(),
  system: z.string().optional(),
  tools: z.array(z.string()).optional(),
  client: z.string().optional(),
  sessionId: z.string().optional(),
})
export type Request = z.infer<typeof request>

export type ReadRequest = { request: Request; refusal?: undefined } | { request?: undefined; refusal: Refusal }

const utf8 = new TextDecoder('utf-8', { fatal: true })
const fields = Object.keys(request.shape)

/** Reads a line. `strict` also refuses a field that nothing reads, which otherwise is ignored. */
export function readRequest(line: Uint8Array, strict = false): ReadRequest {
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(line))
  } catch {
    return { refusal: { path: '', reason: 'is not JSON in UTF-8' } }
  }
  const read = request.safeParse(value)
  if (!read.success) {
    const { path = [], message = '' } = read.error.issues[0] ?? {}
    return { refusal: { path: path.join('.'), reason: message.charAt(0).toLowerCase() + message.slice(1) } }
  }
  const stray = strict ? Object.keys(value as object).find((key) => !fields.includes(key)) : undefined
  if (stray !== undefined)
    return { refusal: { path: stray, reason: `is read by nothing; known are ${fields.join(', ')}` } }
  return { request: read.data }
}

const SPACE = 32

/** Whether a line holds nothing but blanks. */
export const isBlank = (line: Uint8Array): boolean => line.every((byte) => byte <= SPACE)

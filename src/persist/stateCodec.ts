import type { AccountState } from '../account.ts'

/** The part of a state that stands in its column: usage and session memory as they are, the rest as JSON behind them. */
type Encoded = Pick<
  AccountState,
  'usage' | 'sessions' | 'plan' | 'enforcement' | 'shadow' | 'entitled' | 'rulesVersion'
>

const HEAD = 4

/** Bytes: length of usage and of session memory (2 × uint16 LE), both, then JSON in UTF-8. */
export function encodeState({ usage, sessions, plan, enforcement, shadow, entitled, rulesVersion }: Encoded): Buffer {
  const json = Buffer.from(JSON.stringify({ plan, enforcement, shadow, entitled, rulesVersion }))
  const bytes = Buffer.alloc(HEAD + usage.byteLength + sessions.byteLength + json.length)
  bytes.writeUInt16LE(usage.byteLength, 0)
  bytes.writeUInt16LE(sessions.byteLength, 2)
  Buffer.from(usage.buffer, usage.byteOffset, usage.byteLength).copy(bytes, HEAD)
  bytes.set(sessions, HEAD + usage.byteLength)
  json.copy(bytes, HEAD + usage.byteLength + sessions.byteLength)
  return bytes
}

/** The inverse of `encodeState`. */
export function decodeState(bytes: Buffer): Encoded {
  const usageEnd = HEAD + bytes.readUInt16LE(0)
  const sessionsEnd = usageEnd + bytes.readUInt16LE(2)
  // Copied, because a Uint32Array must begin at a multiple of four.
  const usage = new Uint32Array(new Uint8Array(bytes.subarray(HEAD, usageEnd)).buffer)
  const sessions = new Uint8Array(bytes.subarray(usageEnd, sessionsEnd))
  return { usage, sessions, ...JSON.parse(bytes.toString('utf8', sessionsEnd)) }
}

import type { AccountState } from '../account.ts'
import { USAGE_WORDS } from '../window/layout.ts'
import { pack, unpack } from './packed.ts'

/** The part of a state that stands in its column: usage packed, session memory as it is, the rest as JSON behind them. */
type Encoded = Pick<
  AccountState,
  'usage' | 'sessions' | 'plan' | 'enforcement' | 'shadow' | 'entitled' | 'rulesVersion'
>

const HEAD = 4

/** Bytes: length of packed usage and of session memory (2 × uint16 LE), both, then JSON in UTF-8. */
export function encodeState({ usage, sessions, plan, enforcement, shadow, entitled, rulesVersion }: Encoded): Buffer {
  const packed = pack(usage)
  const json = JSON.stringify({ plan, enforcement, shadow, entitled, rulesVersion })
  const sessionsAt = HEAD + packed.length
  const jsonAt = sessionsAt + sessions.length
  const bytes = Buffer.allocUnsafe(jsonAt + Buffer.byteLength(json))
  bytes.writeUInt16LE(packed.length, 0)
  bytes.writeUInt16LE(sessions.length, 2)
  bytes.set(packed, HEAD)
  bytes.set(sessions, sessionsAt)
  bytes.write(json, jsonAt)
  return bytes
}

/** The inverse of `encodeState`. */
export function decodeState(bytes: Buffer): Encoded {
  const usageEnd = HEAD + bytes.readUInt16LE(0)
  const sessionsEnd = usageEnd + bytes.readUInt16LE(2)
  const usage = unpack(bytes.subarray(HEAD, usageEnd), USAGE_WORDS)
  const sessions = new Uint8Array(bytes.subarray(usageEnd, sessionsEnd))
  return { usage, sessions, ...JSON.parse(bytes.toString('utf8', sessionsEnd)) }
}

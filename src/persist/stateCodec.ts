import type { AccountState } from '../account.ts'
import { USAGE_WORDS } from '../window/layout.ts'
import { pack, unpack } from './packed.ts'

/** The part of a state that stands in its column: usage packed, session memory as it is, the rest as JSON behind them. */
type Encoded = Pick<AccountState, 'usage' | 'sessions' | Rest>
type Rest = 'plan' | 'enforcement' | 'shadow' | 'entitled' | 'rulesVersion'

const HEAD = 4

/**
 * Bytes: length of packed usage and of session memory (2 × uint16 LE), both, then JSON in UTF-8. With `before`, a state and its bytes,
 * the JSON is taken from there where nothing in it has changed, as most events leave it.
 */
export function encodeState(state: Encoded, before?: { state: Encoded; bytes: Buffer }): Buffer {
  const { usage, sessions } = state
  const packed = pack(usage)
  const json = before && isSame(state, before.state) ? jsonIn(before.bytes) : jsonOf(state)
  const sessionsAt = HEAD + packed.length
  const jsonAt = sessionsAt + sessions.length
  const bytes = Buffer.allocUnsafe(jsonAt + json.length)
  bytes.writeUInt16LE(packed.length, 0)
  bytes.writeUInt16LE(sessions.length, 2)
  bytes.set(packed, HEAD)
  bytes.set(sessions, sessionsAt)
  bytes.set(json, jsonAt)
  return bytes
}

const jsonOf = ({ plan, enforcement, shadow, entitled, rulesVersion }: Encoded) =>
  Buffer.from(JSON.stringify({ plan, enforcement, shadow, entitled, rulesVersion }))

const jsonIn = (bytes: Buffer) => bytes.subarray(HEAD + bytes.readUInt16LE(0) + bytes.readUInt16LE(2))

const isSame = (one: Encoded, other: Encoded) =>
  one.enforcement === other.enforcement &&
  one.plan === other.plan &&
  one.entitled === other.entitled &&
  one.rulesVersion === other.rulesVersion &&
  (one.shadow === other.shadow || one.shadow.length + other.shadow.length === 0)

/** The inverse of `encodeState`. */
export function decodeState(bytes: Buffer): Encoded {
  const usageEnd = HEAD + bytes.readUInt16LE(0)
  const sessionsEnd = usageEnd + bytes.readUInt16LE(2)
  const usage = unpack(bytes.subarray(HEAD, usageEnd), USAGE_WORDS)
  const sessions = new Uint8Array(bytes.subarray(usageEnd, sessionsEnd))
  return { usage, sessions, ...parsed(bytes.subarray(sessionsEnd)) }
}

/** Values by their bytes, some that were parsed last: most accounts differ in nothing but a plan, and states are never changed in place. */
const known = new Map<string, Pick<AccountState, Rest>>()
const MOST_KNOWN = 256

function parsed(json: Buffer): Pick<AccountState, Rest> {
  const key = json.toString('latin1') // one character a byte
  const before = known.get(key)
  if (before) return before
  const value = JSON.parse(json.toString())
  if (known.size === MOST_KNOWN) known.clear()
  known.set(key, value)
  return value
}

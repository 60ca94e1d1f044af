import type { AccountState } from '../account.ts'
import { USAGE_WORDS } from '../window/layout.ts'
import { mostPacked, pack, unpack } from './packed.ts'

/** The part of a state that stands in its column: usage packed, session memory as it is, the rest as JSON behind them. */
type Encoded = Pick<AccountState, 'usage' | 'sessions' | Rest>
type Rest = 'plan' | 'enforcement' | 'shadow' | 'entitled' | 'rulesVersion'

const HEAD = 4
/** Where states are put together; what comes of it is copied out. */
let scratch = Buffer.alloc(0)

/** A state and where its bytes are: from a place on, one character a byte. */
interface Known {
  state: Encoded
  bytes: string
  at: number
}

/**
 * Bytes, behind `room` for others: length of packed usage and of session memory (2 × uint16 LE), both, then JSON in UTF-8. With one
 * that was `before`, the JSON is taken from there where nothing in it has changed, as most events leave it.
 */
export function encodeState(state: Encoded, before?: Known, room = 0): Buffer {
  const { usage, sessions } = state
  const json = before && isSame(state, before.state) ? jsonIn(before) : jsonOf(state)
  const most = HEAD + mostPacked(usage.length) + sessions.length + json.length
  if (scratch.length < most) scratch = Buffer.allocUnsafeSlow(most)
  const usageEnd = pack(usage, scratch, HEAD)
  scratch.writeUInt16LE(usageEnd - HEAD, 0)
  scratch.writeUInt16LE(sessions.length, 2)
  scratch.set(sessions, usageEnd)
  scratch.write(json, usageEnd + sessions.length, 'latin1')
  const bytes = Buffer.allocUnsafe(room + usageEnd + sessions.length + json.length)
  scratch.copy(bytes, room)
  return bytes
}

const jsonOf = ({ plan, enforcement, shadow, entitled, rulesVersion }: Encoded) =>
  Buffer.from(JSON.stringify({ plan, enforcement, shadow, entitled, rulesVersion })).toString('latin1')

const jsonIn = ({ bytes, at }: Known) => bytes.slice(at + HEAD + uint16(bytes, at) + uint16(bytes, at + 2))

const uint16 = (bytes: string, at: number) => bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8)

const isSame = (one: Encoded, other: Encoded) =>
  one.enforcement === other.enforcement &&
  one.plan === other.plan &&
  one.entitled === other.entitled &&
  one.rulesVersion === other.rulesVersion &&
  (one.shadow === other.shadow || one.shadow.length + other.shadow.length === 0)

/** The inverse of `encodeState`, of bytes from a place on. The session memory is not copied: nobody changes one in place. */
export function decodeState(bytes: Buffer, at = 0): Encoded {
  const usageFrom = at + HEAD
  const usageEnd = usageFrom + bytes.readUInt16LE(at)
  const sessionsEnd = usageEnd + bytes.readUInt16LE(at + 2)
  const { plan, enforcement, shadow, entitled, rulesVersion } = parsed(bytes, sessionsEnd)
  return {
    usage: unpack(bytes, usageFrom, usageEnd, USAGE_WORDS),
    sessions: new Uint8Array(bytes.buffer, bytes.byteOffset + usageEnd, sessionsEnd - usageEnd),
    ...{ plan, enforcement, shadow, entitled, rulesVersion },
  }
}

/** Values by their bytes, some that were parsed last: most accounts differ in nothing but a plan, and states are never changed in place. */
const known = new Map<string, Pick<AccountState, Rest>>()
const MOST_KNOWN = 256

function parsed(bytes: Buffer, from: number): Pick<AccountState, Rest> {
  const key = bytes.toString('latin1', from) // one character a byte
  const before = known.get(key)
  if (before) return before
  const value = JSON.parse(bytes.toString('utf8', from))
  if (known.size === MOST_KNOWN) known.clear()
  known.set(key, value)
  return value
}

import { clip } from './logit.ts'

/**
 * What an account remembers of its latest sessions, at most 8 × 32 bytes, little-endian, one record a session:
 *
 *     0  u32 u32  hash of the session id
 *     8  u48      last seen, ms of event time
 *    14  u8       clear non-coding turns: decayed count, × 50
 *    15  u8       clear coding turns: the same
 *    16  u8       turns so far, saturating
 *    17  u8       mark of the last user turn's text, 0 where nobody knows it
 *    18  i16      user turns: decayed sum of their clipped logits × evidence, × 800
 *    20  u16      user turns: decayed sum of their evidence, × 6,500
 *    22  i16      tool results: the same sum
 *    24  u16      tool results: the same weight
 *    26  i8       logit of the last user turn, × 15
 *    27  i8       logit of the first turn, × 15
 *    28  i16      slow sum: both roles, decay .98, × 160
 *    30  u16      slow weight, × 1,300
 *
 * Records stand in the order in which their sessions were first seen; the least recently seen one makes room.
 */
export type SessionMemory = Uint8Array

export const initialSessions: SessionMemory = new Uint8Array(0)
export const MOST_SESSIONS = 8
export const RECORD = 32

/** One session's record, unpacked. */
export interface Remembered {
  lastSeen: number
  turns: number
  userSum: number
  userWeight: number
  toolSum: number
  toolWeight: number
  last: number
  first: number
  slowSum: number
  slowWeight: number
  clearNonCoding: number
  clearCoding: number
  /** of the last user turn's text: another one is another text, the same one almost always the same; 0 is unknown */
  mark: number
}

const DECAY = 0.9
const SLOW_DECAY = 0.98
/** Logits enter a memory clipped to ±4, so that no single turn rules a session. */
const REMEMBERED_LIMIT = 4
const SUM = 800
const WEIGHT = 6500
const SLOW_SUM = 160
const SLOW_WEIGHT = 1300
const EDGE = 15
const CLEAR = 50
const CLEAR_DECAY = 0.8
/** A turn is clear whose logit × evidence lies beyond ±2. */
const CLEAR_LOGIT = 2
const HIGH = 2 ** 32

/** What a session without a turn remembers. */
export const unseen: Remembered = {
  ...{ lastSeen: -Infinity, turns: 0, userSum: 0, userWeight: 0, toolSum: 0, toolWeight: 0 },
  ...{ last: 0, first: 0, slowSum: 0, slowWeight: 0, clearNonCoding: 0, clearCoding: 0, mark: 0 },
}

/** The mark of a text by its fingerprint, 1 to 255; 0 where it has none. */
export const markOf = (fingerprint: string | undefined): number =>
  fingerprint === undefined ? 0 : 1 + (Number.parseInt(fingerprint.slice(-4), 16) % 255 || 0)

/** The offset of a session's record, or -1. */
export function find(memory: SessionMemory, [high, low]: readonly [number, number]): number {
  const view = new DataView(memory.buffer, memory.byteOffset, memory.length)
  for (let at = 0; at + RECORD <= memory.length; at += RECORD)
    if (view.getUint32(at, true) === high && view.getUint32(at + 4, true) === low) return at
  return -1
}

/** Unpacks the record at an offset. */
export function recall(memory: SessionMemory, at: number): Remembered {
  const view = new DataView(memory.buffer, memory.byteOffset + at, RECORD)
  return {
    lastSeen: view.getUint32(8, true) + HIGH * view.getUint16(12, true),
    turns: view.getUint8(16),
    mark: view.getUint8(17),
    userSum: view.getInt16(18, true) / SUM,
    userWeight: view.getUint16(20, true) / WEIGHT,
    toolSum: view.getInt16(22, true) / SUM,
    toolWeight: view.getUint16(24, true) / WEIGHT,
    last: view.getInt8(26) / EDGE,
    first: view.getInt8(27) / EDGE,
    slowSum: view.getInt16(28, true) / SLOW_SUM,
    slowWeight: view.getUint16(30, true) / SLOW_WEIGHT,
    clearNonCoding: view.getUint8(14) / CLEAR,
    clearCoding: view.getUint8(15) / CLEAR,
  }
}

/** One turn, as a memory takes it in. */
export interface Seen {
  logit: number
  evidence: number
  tool: boolean
  /** ms of event time */
  at: number
  mark: number
}

/**
 * What is remembered after one more turn. A turn of one role leaves the other role's sums as they are. A user turn that says the
 * same as the one before it is an agent that is stuck: it is no further evidence of what the session is about.
 */
export function advance(before: Remembered, { logit, evidence, tool, at, mark }: Seen): Remembered {
  const lastSeen = Math.max(before.lastSeen, at)
  if (!tool && mark !== 0 && mark === before.mark) return { ...before, lastSeen }
  const clipped = clip(logit, REMEMBERED_LIMIT)
  const fade = (sum: number, add: number, mine: boolean) => (mine ? DECAY * sum + add : sum)
  return {
    lastSeen,
    mark: tool ? before.mark : mark,
    turns: before.turns + 1,
    userSum: fade(before.userSum, clipped * evidence, !tool),
    userWeight: fade(before.userWeight, evidence, !tool),
    toolSum: fade(before.toolSum, clipped * evidence, tool),
    toolWeight: fade(before.toolWeight, evidence, tool),
    last: tool ? before.last : logit,
    first: before.turns === 0 ? logit : before.first,
    slowSum: SLOW_DECAY * before.slowSum + clipped * evidence,
    slowWeight: SLOW_DECAY * before.slowWeight + evidence,
    clearNonCoding: CLEAR_DECAY * before.clearNonCoding + (clipped * evidence > CLEAR_LOGIT ? 1 : 0),
    clearCoding: CLEAR_DECAY * before.clearCoding + (clipped * evidence < -CLEAR_LOGIT ? 1 : 0),
  }
}

/** A copy of the memory in which a session's record is replaced, added, or takes the place of the least recently seen. */
export function remember(
  memory: SessionMemory,
  id: readonly [number, number],
  at: number,
  now: Remembered,
): SessionMemory {
  const grows = at === -1 && memory.length < MOST_SESSIONS * RECORD
  const next = new Uint8Array(grows ? memory.length + RECORD : memory.length)
  next.set(memory)
  const offset = at !== -1 ? at : grows ? memory.length : leastRecent(memory)
  const view = new DataView(next.buffer, offset, RECORD)
  view.setUint32(0, id[0], true)
  view.setUint32(4, id[1], true)
  const seen = Math.max(0, now.lastSeen)
  view.setUint32(8, seen % HIGH, true)
  view.setUint16(12, Math.floor(seen / HIGH), true)
  view.setUint8(14, Math.round(now.clearNonCoding * CLEAR))
  view.setUint8(15, Math.round(now.clearCoding * CLEAR))
  view.setUint8(16, Math.min(now.turns, 255))
  view.setUint8(17, now.mark)
  view.setInt16(18, Math.round(now.userSum * SUM), true)
  view.setUint16(20, Math.round(now.userWeight * WEIGHT), true)
  view.setInt16(22, Math.round(now.toolSum * SUM), true)
  view.setUint16(24, Math.round(now.toolWeight * WEIGHT), true)
  view.setInt8(26, Math.round(now.last * EDGE))
  view.setInt8(27, Math.round(now.first * EDGE))
  view.setInt16(28, Math.round(now.slowSum * SLOW_SUM), true)
  view.setUint16(30, Math.round(now.slowWeight * SLOW_WEIGHT), true)
  return next
}

function leastRecent(memory: SessionMemory): number {
  let oldest = 0
  for (let at = RECORD; at < memory.length; at += RECORD)
    if (recall(memory, at).lastSeen < recall(memory, oldest).lastSeen) oldest = at
  return oldest
}

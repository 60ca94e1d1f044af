import { hash32 } from './hash.ts'
import { SLOT_MS } from './layout.ts'

/** How far behind its account an event may lie and still count, and how long its id is remembered. Milliseconds. */
export const LATE_MS = 15 * 60_000

/** How many ids an account remembers at the most; an event beyond these moves only time and ordinal. */
export const MOST_IDS = 4096

/** The ids of events whose time lies in one five-minute slot: two words of hash an id, in order of arrival. */
export interface SeenSlot {
  slot: number
  ids: Uint32Array
}

/** Ids of the last 15 minutes, by the slot of the event's own time, so that a copy finds the original's. */
export type SeenIds = readonly SeenSlot[]

export type Arrival =
  | { kind: 'new'; seen: SeenIds }
  | { kind: 'duplicate' }
  | { kind: 'late' }
  | { kind: 'overflow'; seen: SeenIds }

/** What an event of this id and time is to an account at `accountTime` (before the event). Nothing is changed in place. */
export function arrive(seen: SeenIds, id: string, time: number, accountTime: number): Arrival {
  if (time < accountTime - LATE_MS) return { kind: 'late' }
  const high = hash32(id, 0x9e3779b1)
  const low = hash32(id)
  if (seen.some(({ ids }) => holds(ids, high, low))) return { kind: 'duplicate' }
  const now = Math.max(accountTime, time)
  const kept = seen.filter(({ slot }) => (slot + 1) * SLOT_MS > now - LATE_MS)
  if (kept.reduce((count, { ids }) => count + ids.length / 2, 0) >= MOST_IDS) return { kind: 'overflow', seen: kept }
  const slot = Math.floor(time / SLOT_MS)
  const old = kept.find((one) => one.slot === slot)
  const ids = new Uint32Array((old?.ids.length ?? 0) + 2)
  if (old) ids.set(old.ids)
  ids[ids.length - 2] = high
  ids[ids.length - 1] = low
  return { kind: 'new', seen: [...kept.filter((one) => one.slot !== slot), { slot, ids }] }
}

function holds(ids: Uint32Array, high: number, low: number): boolean {
  for (let i = 0; i < ids.length; i += 2) if (ids[i] === high && ids[i + 1] === low) return true
  return false
}

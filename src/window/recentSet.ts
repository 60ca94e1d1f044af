import type { RecentSet, Usage } from './layout.ts'

const SLOT_BITS = 9
const SLOTS = 1 << SLOT_BITS
const SLOT_MASK = SLOTS - 1

/** How long an entry counts, in slots: a day. */
const LIFE = 288

/** Notes that `hash` was seen in `slot`, which is at most a few slots before `now`; the entry seen longest ago makes way. */
export function remember(usage: Usage, set: RecentSet, hash: number, slot: number, now: number): void {
  const key = hash >>> SLOT_BITS || 1 // a key of 0 would look like an empty place
  const end = set.offset + set.capacity
  let place = -1
  let oldest = -1
  for (let i = set.offset; i < end; i++) {
    const entry = usage[i]!
    if (entry >>> SLOT_BITS === key) {
      if (age(entry, now) > now - slot) usage[i] = pack(key, slot)
      return
    }
    const seen = entry === 0 ? SLOTS : age(entry, now)
    if (seen > oldest) {
      oldest = seen
      place = i
    }
  }
  usage[place] = pack(key, slot)
}

/** How many distinct things were seen in the last `slots` slots, `now` included: exact up to the set's capacity. */
export function distinct(usage: Usage, set: RecentSet, slots: number, now: number): number {
  let count = 0
  for (let i = set.offset; i < set.offset + set.capacity; i++) {
    const entry = usage[i]!
    if (entry !== 0 && age(entry, now) < slots) count++
  }
  return count
}

/** Drops what a day has passed over, before its slot number comes round again. */
export function expire(usage: Usage, set: RecentSet, from: number, to: number): void {
  for (let i = set.offset; i < set.offset + set.capacity; i++) {
    const entry = usage[i]!
    if (entry !== 0 && age(entry, from) + (to - from) >= LIFE) usage[i] = 0
  }
}

const pack = (key: number, slot: number) => ((key << SLOT_BITS) | (slot & SLOT_MASK)) >>> 0
const age = (entry: number, now: number) => (now - (entry & SLOT_MASK)) & SLOT_MASK

import { hash32 } from './hash.ts'
import {
  devices,
  field,
  noUsage,
  projects,
  type RecentSet,
  type Ring,
  rings,
  SLOT_MS,
  sessions,
  sets,
  texts,
  USAGE_WORDS,
  type Usage,
} from './layout.ts'
import { expire, remember } from './recentSet.ts'

/** One event that is evidence, as the window needs it. Times in milliseconds since 1970. */
export interface UsageEvent {
  time: number
  label: keyof typeof field
  /** What tells this text from others. */
  text: string
  tokens: number
  inFlight: number
  unsupportedClient: boolean
  sessionId?: string | undefined
  deviceId?: string | undefined
  projectId?: string | undefined
}

const MAX_WORD = 0xffff_ffff

/**
 * Usage with one more event: it counts in the bucket of its own time, which lies at most 15 minutes before `now`, the
 * account's time with this event. Counts stop at 2³² − 1. Returns a new array; the old one stays as it was.
 */
export function record(usage: Usage, event: UsageEvent, now: number): Usage {
  const at = Math.floor(now / SLOT_MS)
  const slot = Math.floor(event.time / SLOT_MS)
  const next = moved(usage, at)
  for (const ring of rings) addTo(next, ring, slot, event)
  const note = (set: RecentSet, what: string | undefined) => {
    if (what !== undefined) remember(next, set, hash32(what), slot, at)
  }
  if (event.label === 'nonCoding') note(texts, event.text)
  note(sessions, event.sessionId)
  note(devices, event.deviceId)
  note(projects, event.projectId)
  return next
}

function addTo(usage: Usage, ring: Ring, slot: number, event: UsageEvent): void {
  const bucket = ring.offset + (Math.floor(slot / ring.slots) % ring.buckets) * ring.words
  add(usage, bucket + field[event.label], 1)
  if (ring.peak !== undefined)
    usage[bucket + ring.peak] = Math.min(MAX_WORD, Math.max(usage[bucket + ring.peak]!, event.inFlight))
  if (ring.tokens !== undefined) add(usage, bucket + ring.tokens, event.tokens)
  if (ring.unsupported !== undefined && event.unsupportedClient) add(usage, bucket + ring.unsupported, 1)
}

const add = (usage: Usage, word: number, amount: number) => {
  usage[word] = Math.min(MAX_WORD, usage[word]! + amount)
}

/** A copy with the account's time at slot `to`; what has left every window is gone. */
export function moved(usage: Usage, to: number): Usage {
  if (usage === noUsage || usage.length === 0) {
    const fresh = new Uint32Array(USAGE_WORDS)
    fresh[0] = to
    return fresh
  }
  const next = usage.slice()
  const from = usage[0]!
  if (to <= from) return next
  next[0] = to
  for (const ring of rings) {
    const last = Math.floor(to / ring.slots)
    const first = Math.max(Math.floor(from / ring.slots) + 1, last - ring.buckets + 1)
    for (let bucket = first; bucket <= last; bucket++) {
      const start = ring.offset + (bucket % ring.buckets) * ring.words
      next.fill(0, start, start + ring.words)
    }
  }
  for (const set of sets) expire(next, set, from, to)
  return next
}

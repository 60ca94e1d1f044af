import { day, devices, field, hour, projects, type Ring, SLOT_MS, sessions, texts, type Usage, week } from './layout.ts'
import { distinct } from './recentSet.ts'
import { moved } from './record.ts'

const HOUR_SLOTS = hour.buckets * hour.slots
const DAY_SLOTS = day.buckets * day.slots

/** The usage facts by name, as rules read them; meaning and units stand in the catalogue of evaluate/. */
export type UsageFacts = Record<`usage.${'1h' | '24h' | '7d'}.${string}`, number>

/**
 * What rules may know of an account's usage at `now` (milliseconds): counts over windows that end there and begin at the
 * start of a bucket, so that nothing older than the window ever counts. Shares are of all requests, `unsure` included.
 */
export function usageFacts(usage: Usage, now: number): UsageFacts {
  const at = Math.floor(now / SLOT_MS)
  const words = usage[0] === at ? usage : moved(usage, at)
  const h = totals(words, hour)
  const d = totals(words, day)
  const w = totals(words, week)
  return {
    'usage.1h.requests': h.requests,
    'usage.1h.coding': h.coding,
    'usage.1h.nonCoding': h.nonCoding,
    'usage.1h.unsure': h.unsure,
    'usage.1h.codingShare': share(h.coding, h.requests),
    'usage.1h.nonCodingShare': share(h.nonCoding, h.requests),
    'usage.1h.unsureShare': share(h.unsure, h.requests),
    'usage.1h.nonCodingDistinct': distinct(words, texts, HOUR_SLOTS, at),
    'usage.1h.peakInFlight': peak(words, hour, hour.peak),
    'usage.24h.requests': d.requests,
    'usage.24h.coding': d.coding,
    'usage.24h.nonCoding': d.nonCoding,
    'usage.24h.unsure': d.unsure,
    'usage.24h.codingShare': share(d.coding, d.requests),
    'usage.24h.nonCodingShare': share(d.nonCoding, d.requests),
    'usage.24h.unsureShare': share(d.unsure, d.requests),
    'usage.24h.nonCodingDistinct': distinct(words, texts, DAY_SLOTS, at),
    'usage.24h.peakInFlight': peak(words, day, day.peak),
    'usage.24h.tokens': sum(words, day, day.tokens),
    'usage.24h.sessions': distinct(words, sessions, DAY_SLOTS, at),
    'usage.24h.devices': distinct(words, devices, DAY_SLOTS, at),
    'usage.24h.projects': distinct(words, projects, DAY_SLOTS, at),
    'usage.24h.unsupportedClient': sum(words, day, day.unsupported),
    'usage.24h.unsupportedClientShare': share(sum(words, day, day.unsupported), d.requests),
    'usage.7d.requests': w.requests,
    'usage.7d.coding': w.coding,
    'usage.7d.nonCoding': w.nonCoding,
    'usage.7d.unsure': w.unsure,
    'usage.7d.codingShare': share(w.coding, w.requests),
    'usage.7d.nonCodingShare': share(w.nonCoding, w.requests),
    'usage.7d.unsureShare': share(w.unsure, w.requests),
    'usage.7d.tokens': sum(words, week, week.tokens),
  }
}

const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)

function totals(usage: Usage, ring: Ring) {
  const coding = sum(usage, ring, field.coding)
  const nonCoding = sum(usage, ring, field.nonCoding)
  const unsure = sum(usage, ring, field.unsure)
  return { coding, nonCoding, unsure, requests: coding + nonCoding + unsure }
}

function sum(usage: Usage, ring: Ring, word: number): number {
  let total = 0
  const end = ring.offset + ring.buckets * ring.words
  for (let i = ring.offset + word; i < end; i += ring.words) total += usage[i]!
  return total
}

function peak(usage: Usage, ring: Ring, word: number): number {
  let most = 0
  const end = ring.offset + ring.buckets * ring.words
  for (let i = ring.offset + word; i < end; i += ring.words) most = Math.max(most, usage[i]!)
  return most
}

/**
 * The bytes of an account's usage: 377 words of 32 bits, 1,508 bytes, however much traffic it had.
 *
 * | words | what |
 * |---|---|
 * | 0 | slot of the account's time: five-minute periods since 1970 |
 * | 1 … 48 | ring of 12 buckets of 5 minutes (1 h): coding, non-coding, unsure, peak in-flight |
 * | 49 … 192 | ring of 24 buckets of 1 hour (24 h): the same, then tokens, requests from unsupported clients |
 * | 193 … 248 | ring of 14 buckets of 12 hours (7 d): coding, non-coding, unsure, tokens |
 * | 249 … 312 | the last 64 distinct non-coding texts, 313 … 344 | the last 32 sessions, 345 … 360 | 16 devices, 361 … 376 | 16 projects |
 *
 * A bucket stands at its own number modulo the ring's length; buckets that the account's time leaves behind are zeroed.
 * An entry of a set is a 23-bit hash above the 9-bit slot (modulo 512) in which it was last seen; 0 is an empty place.
 */
export type Usage = Uint32Array

export const SLOT_MS = 5 * 60_000

export interface Ring {
  offset: number
  buckets: number
  /** Slots in a bucket. */
  slots: number
  /** Words in a bucket. */
  words: number
  /** Word of a field in its bucket; absent where the ring does not keep it. */
  peak?: number
  tokens?: number
  unsupported?: number
}

const CODING = 0
const NON_CODING = 1
const UNSURE = 2
export const field = { coding: CODING, nonCoding: NON_CODING, unsure: UNSURE } as const

export const hour = { offset: 1, buckets: 12, slots: 1, words: 4, peak: 3 } as const satisfies Ring
export const day = {
  offset: 49,
  buckets: 24,
  slots: 12,
  words: 6,
  peak: 3,
  tokens: 4,
  unsupported: 5,
} as const satisfies Ring
export const week = { offset: 193, buckets: 14, slots: 144, words: 4, tokens: 3 } as const satisfies Ring
export const rings: readonly Ring[] = [hour, day, week]

export interface RecentSet {
  offset: number
  capacity: number
}

export const texts: RecentSet = { offset: 249, capacity: 64 }
export const sessions: RecentSet = { offset: 313, capacity: 32 }
export const devices: RecentSet = { offset: 345, capacity: 16 }
export const projects: RecentSet = { offset: 361, capacity: 16 }
export const sets: readonly RecentSet[] = [texts, sessions, devices, projects]

export const USAGE_WORDS = 377

/** No usage at all: what an account starts from, and starts from again after a violation. */
export const noUsage: Usage = new Uint32Array(0)

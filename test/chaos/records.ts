import { type Random, random, whole } from '../../src/simulate/random.ts'
import { garbageFrom } from './garbage.ts'

const MINUTE = 60_000
/** Of all events. */
const SHARES = { garbage: 0.01, copies: 0.02 }
/** A copy comes within two minutes, or so late that nobody remembers its id. */
const COPIES = { soon: 2 * MINUTE, late: 60 * MINUTE, lateShare: 0.1 }

/** An event as a line of a log; where it is broken, nobody's and at the time of its neighbours. */
export interface Line {
  accountId: string | null
  time: number
  value: string
}

/** A record as somebody sends it. */
export interface Sent {
  key: string | null
  value: Buffer | null
  /** Set where it cannot be taken: which piece of garbage it is. */
  garbage?: string
}

/** What gateways with a bad day make of a log: order lost within a minute, copies, and garbage in between. Equal seeds, equal days. */
export function troubled(lines: readonly Line[], seed: number): Sent[] {
  const next = random(`${seed}/records`)
  let now = 0
  const arriving: { at: number; sent: Sent }[] = []
  for (const [index, line] of lines.entries()) {
    now = Math.max(now, line.time)
    const sent = sentFrom(line, index)
    arriving.push({ at: now + next() * MINUTE, sent })
    if (next() < SHARES.copies) arriving.push({ at: now + copyLag(next), sent })
    if (next() < SHARES.garbage)
      arriving.push({ at: now + next() * MINUTE, sent: { ...garbageFrom(next, line), garbage: `g${index}` } })
  }
  return arriving.sort((one, other) => one.at - other.at).map(({ sent }) => sent)
}

function sentFrom({ accountId, value }: Line, index: number): Sent {
  const bytes = Buffer.from(value)
  return accountId === null ? { key: null, value: bytes, garbage: `l${index}` } : { key: accountId, value: bytes }
}

const copyLag = (next: Random): number =>
  next() < COPIES.lateShare ? whole(next, [COPIES.soon, COPIES.late]) : whole(next, [0, COPIES.soon])

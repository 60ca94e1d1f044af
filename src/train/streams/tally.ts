import { genuine, isAsExpected } from './expectation.ts'
import { type Nearness, nearest } from './nearness.ts'
import type { Fate } from './play.ts'

/** An account of a stream, by its persona, and what became of it. */
export interface Played {
  accountId: string
  persona: string
  fate: Fate
}

/** What became of the accounts of one persona. */
export interface PersonaReport {
  persona: string
  accounts: number
  /** accounts with any violation, with any restriction, with a ban */
  violated: number
  restricted: number
  banned: number
  /** accounts that came out as the persona must; undefined where nothing is demanded */
  asExpected: number | undefined
  /** of those restricted: half of them were within so many non-coding requests, and hours */
  medianRequests: number
  medianHours: number
  /** share of the non-coding requests, up to the first restriction, that were judged non-coding: the mean of the accounts */
  found: number
  /** how near any of the accounts came to each rule; undefined where a violation is right */
  nearest: Nearness | undefined
}

/** Persona by persona, the genuine ones first. */
export function tally(played: readonly Played[]): PersonaReport[] {
  const personas = Map.groupBy(played, ({ persona }) => persona)
  const names = [...personas.keys()].sort(
    (a, b) => Number(genuine.includes(b)) - Number(genuine.includes(a)) || a.localeCompare(b),
  )
  return names.map((persona) => personaReport(persona, personas.get(persona)!))
}

function personaReport(persona: string, own: readonly Played[]): PersonaReport {
  const fates = own.map(({ fate }) => fate)
  const count = (test: (fate: Fate) => boolean) => fates.filter(test).length
  const restricted = fates.filter(({ hours }) => hours !== undefined)
  const shares = fates.filter(({ nonCoding }) => nonCoding > 0).map(({ found, nonCoding }) => found / nonCoding)
  const verdicts = fates.map((fate) => isAsExpected(persona, fate))
  return {
    persona,
    accounts: own.length,
    violated: count(({ violations }) => violations > 0),
    restricted: restricted.length,
    banned: count(({ restrictions }) => restrictions.includes('ban')),
    asExpected: verdicts[0] === undefined ? undefined : verdicts.filter(Boolean).length,
    medianRequests: median(restricted.map(({ nonCoding }) => nonCoding)),
    medianHours: median(restricted.map(({ hours }) => hours!)),
    found: shares.reduce((sum, share) => sum + share, 0) / shares.length,
    nearest: genuine.includes(persona) ? nearest(fates.map((fate) => fate.nearest ?? {})) : undefined,
  }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

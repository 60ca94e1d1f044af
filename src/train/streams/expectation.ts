import type { Fate } from './play.ts'

/** Personas that may never get a violation, whatever the classifier thinks. */
export const genuine: readonly string[] = ['coder', 'chatty', 'terse', 'occasional', 'loop', 'team', 'niche']

/** Who must be restricted, and how soon: within so many of its non-coding requests, or within so many hours. */
const soon: { readonly [persona: string]: { requests: number } | { hours: number } } = {
  ...{ persistent: { requests: 60 }, disguised: { requests: 60 }, writer: { requests: 60 }, cover: { requests: 60 } },
  drip: { hours: 36 },
}

/** Whether an account came out as its persona must; undefined where no more is expected of the persona than to be seen some time. */
export function isAsExpected(persona: string, fate: Fate): boolean | undefined {
  if (genuine.includes(persona)) return fate.violations === 0
  const limit = soon[persona]
  if (!limit) return undefined
  if (fate.hours === undefined) return false
  return 'hours' in limit ? fate.hours <= limit.hours : fate.nonCoding <= limit.requests
}

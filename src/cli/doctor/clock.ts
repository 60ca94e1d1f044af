import { type Finding, fine, wrong } from './finding.ts'

/** Clocks that are so far apart, in milliseconds, are set wrong; an event is refused at five minutes. */
const MOST_SKEW = 30_000

/** How far a clock elsewhere is ahead of ours, in milliseconds, give or take half of the time that its answer took. */
export interface Skew {
  ahead: number
  within: number
}

/** Asks for the time elsewhere, once. */
export async function skewOf(ask: () => Promise<number>, now: () => number): Promise<Skew> {
  const before = now()
  const there = await ask()
  const after = now()
  return { ahead: there - (before + after) / 2, within: (after - before) / 2 }
}

export function clockFinding(subject: string, how: string, { ahead, within }: Skew): Finding {
  const message = `its clock is ${milliseconds(ahead)} ahead of this machine's, give or take ${milliseconds(within)} (${how})`
  return Math.abs(ahead) - within > MOST_SKEW
    ? wrong(subject, message, 'Set the clocks of both, best by NTP.')
    : fine(subject, message)
}

const milliseconds = (count: number) => `${Math.round(count)} ms`

/** Microseconds an item that a run took. */
export async function microseconds(items: number, run: () => unknown): Promise<number> {
  const started = performance.now()
  await run()
  return ((performance.now() - started) * 1000) / items
}

/** Medians of several ways to do the same, taken in turns so that a noisy machine is noisy for all of them. */
export async function inTurns(rounds: number, items: number, ways: readonly (() => unknown)[]): Promise<number[]> {
  const taken: number[][] = ways.map(() => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [index, way] of ways.entries()) {
      const time = await microseconds(items, way)
      if (round > 0) taken[index]!.push(time) // the first round only warms up
    }
  }
  return taken.map((times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!)
}

export const us = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} µs`
export const perSecond = (microsecondsEach: number): string =>
  `${Math.round(1e6 / microsecondsEach).toLocaleString('en')}/s`

/** The value below which this share of all lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

import { setImmediate, setTimeout } from 'node:timers/promises'

/** The longest that a timer takes. */
const LONGEST = 2 ** 31 - 1

/** A pacer returns at the moment at which so much simulated time (ms) shall have passed, or as soon as it is stopped. */
export type Pacer = (simulated: number) => Promise<void>

/** `factor` simulated milliseconds a millisecond; 0 never waits, but still lets signals and output through. */
export function pacer(factor: number, stop: AbortSignal): Pacer {
  const begun = performance.now()
  return async (simulated) => {
    const wait = factor === 0 ? 0 : begun + simulated / factor - performance.now()
    await (wait < 1 ? setImmediate() : setTimeout(Math.min(wait, LONGEST), undefined, { signal: stop }).catch(() => {}))
  }
}

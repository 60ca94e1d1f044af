import type { Timeline } from './timeline.ts'

/** The rule sets that are known here. A newer one may be promoted at any time, in this process or in another. */
export interface RulesInForce {
  current(): Timeline
  /** Returns once everything that was promoted before the call is known. */
  refresh(): Promise<void>
}

/** Something was to be written that came about without knowing of a set promoted since. Nothing of it was. */
export class RulesSuperseded extends Error {
  override name = 'RulesSuperseded'
}

/** The same timeline for ever. */
export const unchanging = (timeline: Timeline): RulesInForce => ({ current: () => timeline, refresh: async () => {} })

/** Does work under the newest rule sets: again, with all of them, where a newer one was promoted meanwhile. */
export async function underNewest<T>(rules: RulesInForce, work: (timeline: Timeline) => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work(rules.current())
    } catch (error) {
      if (!(error instanceof RulesSuperseded)) throw error
      await rules.refresh()
    }
  }
}

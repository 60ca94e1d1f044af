import type { Entitlement } from '../../entitle/entitlement.ts'

/** Who follows the changes of entitlements, whichever way they come. */
export interface Follower {
  /** The cursor last heard. */
  readonly cursor: number
  /** What came since the last call, as soon as the changes have come as far as `cursor`. One call at a time. */
  upTo(cursor: number): Promise<Entitlement[]>
}

/** A follower, and how it is told. */
export interface Hearing {
  follower: Follower
  hear(entitlement: Entitlement, cursor: number): void
  /** Nothing will be heard any more; whoever waits hears of it. */
  fail(error: unknown): void
}

export function hearing(): Hearing {
  const { promise: broken, reject: fail } = Promise.withResolvers<never>()
  broken.catch(() => {}) // whoever waits hears of it
  let heard: Entitlement[] = []
  let cursor = 0
  let look = () => {}
  return {
    fail,
    hear(entitlement, at) {
      heard.push(entitlement)
      cursor = at
      look()
    },
    follower: {
      get cursor() {
        return cursor
      },
      async upTo(wanted) {
        const come = new Promise<void>((done) => {
          look = () => {
            if (cursor >= wanted) done()
          }
          look()
        })
        await Promise.race([come, broken])
        const all = heard
        heard = []
        return all
      },
    },
  }
}

import type { GatewayEvent } from '../../decode/event.ts'
import type { Row } from '../data.ts'

/**
 * Finds the fold whose model has not seen what an event says: that of the row with its text. A text that is no row's goes with
 * the request before it in its session, or of its account. A text of rows in several folds is known to every model; it goes with
 * its session too if it can.
 */
export function leftOutFold(rows: readonly Row[], folds: Uint8Array): (event: GatewayEvent) => number {
  const homes = new Map<string, Set<number>>()
  rows.forEach(({ text }, i) => {
    const known = homes.get(text)
    if (known) known.add(folds[i]!)
    else homes.set(text, new Set([folds[i]!]))
  })
  const last = new Map<string, number>()
  return ({ accountId, sessionId, input }) => {
    const session = `${accountId} ${sessionId}`
    const before = last.get(session) ?? last.get(accountId)
    const own = homes.get(input?.text ?? '')
    const fold = before !== undefined && (!own || own.has(before)) ? before : ([...(own ?? [])][0] ?? 0)
    last.set(session, fold)
    last.set(accountId, fold)
    return fold
  }
}

/** A change of an entitlement with its place in the feed. */
export interface Change {
  cursor: number
  entitlement: unknown
}

/** A comment: it tells the other side, and whatever stands between, that the line is alive. */
export const HEARTBEAT = ': still here\n\n'

/** What a stream begins with: milliseconds after which a client that lost it should come back. */
export const greeting = (retryMs: number): string => `retry: ${retryMs}\n: entitlements\n\n`

/** Changes as events; the id is what the client sends back as Last-Event-ID. */
export const changesText = (changes: readonly Change[]): string =>
  changes
    .map(({ cursor, entitlement }) => `id: ${cursor}\nevent: entitlement\ndata: ${JSON.stringify(entitlement)}\n\n`)
    .join('')

/** The last event of a stream that the server ends, with the cursor to go on from. */
export const farewell = (last: Farewell, since: number): string =>
  last.event === 'closing'
    ? `event: closing\nretry: ${last.retryMs}\ndata: ${JSON.stringify({ since })}\n\n`
    : `event: dropped\ndata: ${JSON.stringify({ reason: last.reason, since })}\n\n`

export type DropReason = 'too_slow' | 'key_revoked'
export type Farewell = { event: 'closing'; retryMs: number } | { event: 'dropped'; reason: DropReason }

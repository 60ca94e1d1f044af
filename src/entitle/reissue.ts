import { createHash } from 'node:crypto'
import type { Plan } from '../decode/event.ts'
import type { Entitlement, Grant } from './entitlement.ts'

/** The entitlement last given out, as far as the next one depends on it. */
export interface Entitled {
  version: number
  /** 16 hex digits over plan, grant and reason. */
  digest: string
  reason: Entitlement['reason']
}

export const notEntitled: Entitled = { version: 0, digest: '', reason: null }

/** The next entitlement if anything in it has changed, with what to remember of it; undefined if nothing has. */
export function reissue(
  last: Entitled,
  next: {
    accountId: string
    plan: Plan
    grant: Grant
    reason: Entitlement['reason']
    rulesVersion: string
    at: string
  },
): { entitled: Entitled; entitlement: Entitlement } | undefined {
  const { accountId, plan, grant, reason, rulesVersion, at } = next
  const digest = createHash('sha256')
    .update(JSON.stringify([plan, grant, reason]))
    .digest('hex')
    .slice(0, 16)
  if (digest === last.digest) return undefined
  const version = last.version + 1
  return {
    entitled: { version, digest, reason },
    entitlement: { accountId, version, plan, ...grant, reason, rulesVersion, updatedAt: at },
  }
}

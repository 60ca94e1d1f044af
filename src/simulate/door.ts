import type { GatewayEvent } from '../decode/event.ts'
import type { Entitlement } from '../entitle/entitlement.ts'

const MINUTE = 60_000

/** A gateway's door: it knows what each account is granted, and lets requests through or not. */
export interface Door {
  /** Takes an entitlement up; false for one that came late. */
  learn(entitlement: Entitlement): boolean
  /** The request as it is reported once it has been let through or refused. Those of an account come in order of time. */
  pass(event: GatewayEvent): GatewayEvent
  /** Accounts that are granted less than their plan, by name. */
  restricted(): string[]
}

/** A door that lets everything through until it learns better. */
export function door(): Door {
  const granted = new Map<string, Entitlement>()
  const passed = new Map<string, { minute: number; count: number }>()
  const isFull = ({ accountId, time }: GatewayEvent, most: number): boolean => {
    const minute = Math.floor(time / MINUTE)
    const before = passed.get(accountId)
    const count = before?.minute === minute ? before.count : 0
    if (count >= most) return true
    passed.set(accountId, { minute, count: count + 1 })
    return false
  }
  return {
    learn(entitlement) {
      const { accountId, version } = entitlement
      if (version > 1 && version <= (granted.get(accountId)?.version ?? 0)) return false
      granted.set(accountId, entitlement)
      return true
    },
    pass(event) {
      const grant = granted.get(event.accountId)
      if (!grant) return event
      const { access, maxConcurrency, requestsPerMinute } = grant
      if (access === 'suspend' || access === 'ban') return { ...event, admitted: false }
      if (requestsPerMinute !== null && isFull(event, requestsPerMinute)) return { ...event, admitted: false }
      const { inFlight = 1 } = event // one too many waits at the door until another has ended
      return { ...event, inFlight: Math.min(inFlight, maxConcurrency) }
    },
    restricted: () => [...granted.values()].flatMap((one) => (one.access === 'allow' ? [] : [one.accountId])).sort(),
  }
}

import { scored } from '../../support/account.ts'
import { line } from '../../support/log.ts'
import type { Gateway } from './gateway.ts'

/** Milliseconds after which an entitlement is taken for lost. */
const PATIENCE = 20_000
/** Non-coding requests within an hour that are a violation. */
const ENOUGH = 20

const probe = (index: number, nth: number, time: number) => {
  const accountId = `probe-${index}`
  const event = scored('non_coding', time + nth * 1000, { accountId, id: `${accountId}-${nth}` })
  return new TextDecoder().decode(line(event))
}

/** Brings so many accounts of its own to one event before a violation, at about `time` (ms). */
export async function prepareProbes(gateway: Gateway, count: number, time: number): Promise<void> {
  for (let from = 0; from < count; from += 50) {
    const indexes = Array.from({ length: Math.min(50, count - from) }, (_, i) => from + i)
    await gateway.events(indexes.flatMap((i) => Array.from({ length: ENOUGH - 1 }, (_, nth) => probe(i, nth, time))))
  }
}

/** Posts each one's last event, one every `everyMs`; the milliseconds from there to its new entitlement on the feed. */
export async function reactions(gateway: Gateway, count: number, time: number, everyMs: number): Promise<number[]> {
  const told = new Map<string, () => void>()
  const hangUp = await gateway.follow(({ accountId, access }) => {
    if (access !== 'allow') told.get(accountId)?.()
  })
  const measured: Promise<number>[] = []
  for (let i = 0; i < count; i++) {
    await new Promise((next) => setTimeout(next, everyMs))
    const posted = performance.now()
    const heard = new Promise<number>((done, failed) => {
      const timer = setTimeout(() => failed(new Error(`nothing was heard of probe-${i}`)), PATIENCE)
      told.set(`probe-${i}`, () => {
        clearTimeout(timer)
        done(performance.now() - posted)
      })
    })
    measured.push(gateway.events([probe(i, ENOUGH - 1, time)]).then(() => heard))
  }
  const all = await Promise.all(measured)
  hangUp()
  return all
}

import type { Plan } from '../decode/event.ts'
import type { Holder } from './persona.ts'
import { type PersonaName, personas } from './personas.ts'
import { pick, type Random, random, weighted } from './random.ts'

const ZONES = [-8, -5, -3, 0, 1, 2, 5.5, 8, 8, 8, 9] as const

/** Shares of personas in a crowd: nearly everyone codes. */
export const usualMix: { readonly [P in PersonaName]?: number } = {
  ...{ coder: 60, chatty: 12, terse: 12, loop: 4, team: 4 },
  ...{ persistent: 2, disguised: 2, reformed: 2, drip: 2 },
}

/** Any number of accounts for load and chaos runs, one after the other; the first n of a larger crowd are the same accounts. */
export function* crowd(seed: number, size: number, mix = usualMix): Generator<Holder> {
  for (let i = 0; i < size; i++) yield member(`acct-${i}`, mix, random(`${seed}/crowd/${i}`))
}

function member(accountId: string, mix: typeof usualMix, next: Random): Holder {
  const persona = personas[weighted(next, mix)]
  const zone = pick(next, ZONES)
  const language = zone === 8 ? 'zh' : 'en'
  return { accountId, persona, plan: pick<Plan>(next, persona.plans), language, zone }
}

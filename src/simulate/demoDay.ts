import type { Plan } from '../decode/event.ts'
import type { Language } from './persona.ts'
import { type PersonaName, personas } from './personas.ts'
import type { Simulation } from './simulate.ts'

type Row = readonly [accountId: string, persona: PersonaName, plan: Plan, language: Language, zone: number]

/** The accounts of the demo; their gateways stand all over the world, so that something goes on at any hour. */
const rows: readonly Row[] = [
  ['mira-backend', 'coder', 'pro', 'en', 1],
  ['tomas-infra', 'coder', 'pro', 'en', 2],
  ['陈工-支付', 'coder', 'max', 'zh', 8],
  ['li-na-app', 'coder', 'lite', 'zh', 8],
  ['okafor-data', 'coder', 'pro', 'en', 1],
  ['ruth-games', 'coder', 'pro', 'en', -5],
  ['sam-frontend', 'coder', 'lite', 'en', -8],
  ['priya-ml', 'coder', 'max', 'en', 5.5],
  ['jonas-talks', 'chatty', 'pro', 'en', 1],
  ['小杨-全栈', 'chatty', 'pro', 'zh', 8],
  ['bea-continue', 'terse', 'lite', 'en', 0],
  ['wang-继续', 'terse', 'pro', 'zh', 8],
  ['cron-agent', 'loop', 'pro', 'en', -5],
  ['acme-agents', 'team', 'max', 'en', -3],
  ['dana-writes', 'persistent', 'lite', 'en', 1],
  ['qing-novels', 'disguised', 'pro', 'zh', -2],
  ['rafael-back', 'reformed', 'pro', 'en', 1],
  ['vera-stories', 'evaluator', 'pro', 'en', 0],
  ['olive-drips', 'drip', 'lite', 'en', 5],
]

const accounts = rows.map(([accountId, persona, plan, language, zone]) => ({
  ...{ accountId, persona: personas[persona], plan, language, zone },
}))

/** What the demo simulates: it begins on a Monday morning, and three violations with a suspension of a day in between take a day and a half. */
export const demoDay = { accounts, start: Date.UTC(2026, 10, 9, 5), hours: 34 } satisfies Omit<Simulation, 'seed'>

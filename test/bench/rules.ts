import { Engine as StockEngine } from 'json-rules-engine'
import { type AccountState, initialState } from '../../src/account.ts'
import type { ScoredEvent } from '../../src/classify/scoreEvent.ts'
import type { Conditions } from '../../src/evaluate/conditions.ts'
import type { DetectRule } from '../../src/evaluate/documents.ts'
import { advance } from '../../src/pipeline.ts'
import type { Engine } from '../../src/step.ts'
import { usageFacts } from '../../src/window/facts.ts'
import { START, scored } from '../support/account.ts'
import { engineWith } from '../support/engine.ts'
import { inTurns, perSecond, us } from './measure.ts'

const EVENTS = 2000
const ACCOUNTS = 50
const ROUNDS = 5

/** The path from the scored event on, with the screen, and with stock json-rules-engine run for every event instead. */
export async function benchRules(): Promise<string[]> {
  const lines: string[] = []
  for (const count of [5, 20, 100]) {
    const rules = manyRules(count)
    const ours = await engineWith((documents) => {
      documents.detect = rules
    })
    const bare = await engineWith((documents) => {
      documents.detect = []
    })
    const stock = new StockEngine(
      rules.map(({ name, conditions, event }) => ({ name, conditions: conditions as { all: [] }, event })),
    )
    const [screened, unscreened] = await inTurns(ROUNDS, EVENTS, [() => traffic(ours), () => traffic(bare, stock)])
    const ratio = (unscreened! / screened!).toFixed(1)
    lines.push(
      `rules: ${count} rules: ${perSecond(screened!)} events (${us(screened!)} each), stock engine for every event ${perSecond(unscreened!)} (${us(unscreened!)} each): ratio ${ratio}`,
    )
  }
  return lines
}

/** Coding traffic of several accounts, each event through the whole path; a stock engine is asked about every one. */
async function traffic(engine: Engine, stock?: StockEngine): Promise<void> {
  const states = new Map<string, AccountState>()
  for (let i = 0; i < EVENTS; i++) {
    const accountId = `account-${i % ACCOUNTS}`
    const { state } = await advance(
      states.get(accountId) ?? initialState(accountId),
      { kind: 'event', event: event(i, accountId) },
      engine,
    )
    states.set(accountId, state)
    if (stock) await stock.run({ ...usageFacts(state.usage, state.time), 'account.plan': 'pro' })
  }
}

const event = (i: number, accountId: string): ScoredEvent =>
  scored(i % 8 === 0 ? 'non_coding' : 'coding', START + i * 1000, {
    accountId,
    sessionId: `s${i % 3}`,
    deviceId: 'd1',
    client: 'claude-cli/2.0.14',
    tokens: { input: 900, output: 300 },
  })

/** So many live rules. */
export const manyRules = (count: number): DetectRule[] => Array.from({ length: count }, (_, i) => rule(i))

/** A live rule like those that ship, with a threshold of its own; one in four is nested. None ever matches this traffic. */
function rule(index: number): DetectRule {
  const leaves = [
    { fact: 'usage.1h.nonCoding', operator: 'greaterThanInclusive' as const, value: 20 + index },
    { fact: 'usage.1h.nonCodingDistinct', operator: 'greaterThanInclusive' as const, value: 10 + (index % 40) },
    { fact: 'usage.1h.nonCodingShare', operator: 'greaterThanInclusive' as const, value: 0.6 },
  ]
  const plans = {
    any: [
      { fact: 'account.plan', operator: 'equal' as const, value: 'lite' },
      { not: { fact: 'usage.24h.devices', operator: 'lessThan' as const, value: 5 } },
    ],
  }
  const conditions: Conditions = { all: index % 4 === 3 ? [...leaves, plans] : leaves }
  return {
    name: `rule-${index}`,
    description: 'for the benchmark',
    status: 'live',
    severity: 'major',
    conditions,
    event: { type: 'violation', params: { category: 'non_coding_use' } },
  }
}

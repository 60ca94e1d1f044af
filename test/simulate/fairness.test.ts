import { beforeAll, describe, expect, test } from 'vitest'
import type { LedgerEntry } from '../../src/account.ts'
import { scoreEvent } from '../../src/classify/scoreEvent.ts'
import { crowd } from '../../src/simulate/crowd.ts'
import { demoDay } from '../../src/simulate/demoDay.ts'
import type { Holder } from '../../src/simulate/persona.ts'
import { personas } from '../../src/simulate/personas.ts'
import { type Simulation, simulate } from '../../src/simulate/simulate.ts'
import { engineWith } from '../support/engine.ts'
import { byAccount, line, replayed } from '../support/log.ts'

/** What the real classifier and the default rules make of a simulation: what happened to each holder, in order. */
async function fates(simulation: Simulation): Promise<Map<Holder, string[]>> {
  const engine = await engineWith()
  const log = Array.from(simulate(simulation), (event) => line(scoreEvent(event, engine.model)))
  const own = byAccount((await replayed(log, engine)).entries)
  return new Map(Array.from(simulation.accounts, (holder) => [holder, (own[holder.accountId] ?? []).flatMap(fate)]))
}

function fate(entry: LedgerEntry): string[] {
  if (entry.type === 'RestrictionImposed') return [entry.restriction.kind]
  if (entry.type === 'RestrictionEased') return ['eased']
  return entry.type === 'RestrictionLifted' ? ['lifted'] : entry.type === 'ViolationRecorded' ? ['violation'] : []
}

const LADDER = ['violation', 'throttle', 'violation', 'suspension', 'eased', 'violation', 'ban']

describe.each([1, 2])('the day of the demo with seed %i', (seed) => {
  let all: Map<Holder, string[]>
  beforeAll(async () => {
    all = await fates({ ...demoDay, seed })
  })
  const of = (persona: Holder['persona']) =>
    [...all].filter(([holder]) => holder.persona === persona).map(([, own]) => own)

  test('whoever codes has no violation', () => {
    expect([...all].filter(([{ persona }, own]) => persona.genuine && own.length > 0)).toEqual([])
  })
  test('whoever misuses and goes on climbs the whole ladder, disguised or not', () => {
    expect([...of(personas.persistent), ...of(personas.disguised)]).toEqual([LADDER, LADDER])
  })
  test('whoever reforms is let go', () => {
    expect(of(personas.reformed)).toEqual([['violation', 'throttle', 'lifted']])
  })
  test('whoever tries out the prompts of her own app needs an appeal, or codes', () => {
    expect(of(personas.evaluator)).toEqual([['violation', 'throttle', 'lifted']])
  })
  test('slow misuse is seen too', () => {
    expect(of(personas.drip)).toEqual([LADDER.slice(0, 4)])
  })
})

test('in a crowd over a day nobody who codes has a violation', async () => {
  const all = await fates({ seed: 11, accounts: [...crowd(11, 40)], hours: 24, start: demoDay.start })
  expect([...all].filter(([{ persona }, own]) => persona.genuine && own.length > 0)).toEqual([])
})

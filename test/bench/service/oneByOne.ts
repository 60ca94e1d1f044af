import { type RuleProperties, Engine as StockEngine } from 'json-rules-engine'
import { scoreEvent } from '../../../src/classify/scoreEvent.ts'
import { dueOf } from '../../../src/consume/commit.ts'
import { openDb } from '../../../src/db.ts'
import { decode } from '../../../src/decode/decode.ts'
import type { DetectRule } from '../../../src/evaluate/documents.ts'
import { readRuleSets } from '../../../src/persist/ruleSets.ts'
import { openStore } from '../../../src/persist/store.ts'
import { advance } from '../../../src/pipeline.ts'
import { always } from '../../../src/replay/timeline.ts'
import type { Engine } from '../../../src/step.ts'
import { usageFacts } from '../../../src/window/facts.ts'

/**
 * The same work without any of what makes it fast: one event after the other is decoded, scored, taken to its account with stock
 * json-rules-engine asked about every rule, and written in a transaction of its own, on one connection. Events a second.
 */
export async function oneByOne(
  url: string,
  lines: Iterator<string>,
  seconds: number,
  engine: Engine,
  asked: readonly DetectRule[] = engine.rules.detect,
): Promise<number> {
  const { rules, model } = engine
  const stock = new StockEngine(
    asked.map(({ name, conditions, event }) => ({ name, conditions, event }) as RuleProperties),
  )
  const timeline = always(rules)
  const db = openDb(url, 1)
  const store = openStore(db)
  const newest = (await readRuleSets(db)).at(-1)?.effectiveFrom
  const one = async (line: string) => {
    const event = scoreEvent(decode(Buffer.from(line)).event!, model)
    const before = (await store.load([event.accountId])).get(event.accountId)!
    const advanced = await advance(before.state, { kind: 'event', event }, engine)
    const { state } = advanced
    await stock.run({ ...usageFacts(state.usage, state.time), 'account.plan': event.plan })
    if (state === before.state) return
    const commit = { before, after: state, outcomes: [advanced], inputs: [], dueAt: dueOf(state, timeline) }
    await store.save([store.ready(commit)], newest, { source: 'one by one', greatestTime: event.time })
  }
  for (let warm = 0; warm < 200; warm++) await one(lines.next().value)
  const started = performance.now()
  let count = 0
  for (; performance.now() < started + seconds * 1000; count++) await one(lines.next().value)
  const rate = (count * 1000) / (performance.now() - started)
  await db.end()
  return rate
}

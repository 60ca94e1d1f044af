import type { LedgerEntry } from '../../src/account.ts'
import type { ScoredEvent } from '../../src/classify/scoreEvent.ts'
import { Replay, type ReplayOptions } from '../../src/replay/replay.ts'
import { always } from '../../src/replay/timeline.ts'
import type { Engine } from '../../src/step.ts'

/** An event as a line of a log. */
export const line = (event: ScoredEvent): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ ...event, time: new Date(event.time).toISOString() }))

/** Replays lines and gives back the entries, in the order in which they arose. */
export async function replayed(
  lines: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  engine: Engine,
  options: Partial<ReplayOptions> = {},
): Promise<{ entries: LedgerEntry[]; run: Replay; broken: number[] }> {
  const entries: LedgerEntry[] = []
  const broken: number[] = []
  const sink = {
    entry: (entry: LedgerEntry) => void entries.push(entry),
    broken: (number: number) => void broken.push(number),
  }
  const run = new Replay({ model: engine.model, timeline: always(engine.rules), ...options }, sink)
  for await (const one of lines) await run.line(one)
  await run.close()
  return { entries, run, broken }
}

/** The same entries account by account, as ledgers are compared. */
export const byAccount = (entries: readonly LedgerEntry[]): Record<string, LedgerEntry[]> =>
  Object.fromEntries([...Map.groupBy(entries, ({ accountId }) => accountId)].sort(([a], [b]) => (a < b ? -1 : 1)))

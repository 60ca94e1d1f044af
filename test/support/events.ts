import type { ScoredEvent } from '../../src/classify/scoreEvent.ts'
import { MINUTE, START, scored } from './account.ts'
import { line } from './log.ts'

/** `count` events of one account and one label, one a minute, the first `from` minutes after START. */
export const series = (accountId: string, label: 'coding' | 'non_coding', from: number, count: number): ScoredEvent[] =>
  Array.from({ length: count }, (_, index) =>
    scored(label, START + (from + index) * MINUTE, { accountId, id: `${accountId}-${from + index}` }),
  )

/** A log of events, one a line. */
export const ndjson = (events: readonly ScoredEvent[]): string =>
  events.map((event) => `${new TextDecoder().decode(line(event))}\n`).join('')

/** Half an hour of misuse: with the default rules one violation, which throttles the account. */
export const misuse = (accountId = 'misuser'): string => ndjson(series(accountId, 'non_coding', 0, 30))

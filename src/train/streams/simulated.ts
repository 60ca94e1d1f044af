import type { Model } from '../../classify/model.ts'
import type { RuleSet } from '../../evaluate/ruleSet.ts'
import { simulate } from '../../simulate/simulate.ts'
import type { Row } from '../data.ts'
import { leftOut } from './leftOutPrompts.ts'
import { type PlayedEvent, play } from './play.ts'
import { population } from './population.ts'
import type { Played } from './tally.ts'

/** How many accounts are simulated, and for how many hours. */
export interface Size {
  accounts: number
  hours: number
}

/** A Monday, early enough for every time zone's morning. */
const START = Date.UTC(2026, 10, 9)

/** A simulated crowd whose accounts say what one fold holds, each judged by the model of the others. */
export async function playCrowd(
  seed: number,
  { accounts, hours }: Size,
  { rows, folds, models }: { rows: readonly Row[]; folds: Uint8Array; models: readonly Model[] },
  rules: RuleSet,
): Promise<Played[]> {
  const byFold = models.map((_, fold) => leftOut(rows.filter((_, i) => folds[i] === fold)))
  const holders = population(seed, accounts, byFold)
  const byId = new Map(holders.map((holder) => [holder.accountId, holder]))
  const targets = new Map(rows.map(({ text, target }) => [text, target]))
  function* events(): Generator<PlayedEvent> {
    for (const event of simulate({ seed, accounts: holders, hours, start: START })) {
      const { fold } = byId.get(event.accountId)!
      yield { event, model: models[fold]!, target: targets.get(event.input!.text) }
    }
  }
  const fates = await play(events(), rules)
  return holders.flatMap(({ accountId, name }) => {
    const fate = fates.get(accountId) // who has not begun within the hours is nobody
    return fate ? [{ accountId, persona: name, fate }] : []
  })
}

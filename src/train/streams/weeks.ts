import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Model } from '../../classify/model.ts'
import { decode } from '../../decode/decode.ts'
import type { RuleSet } from '../../evaluate/ruleSet.ts'
import type { Row } from '../data.ts'
import { leftOutFold } from './leftOutFold.ts'
import { type PlayedEvent, play } from './play.ts'
import type { Played } from './tally.ts'

/** A line of `truth.jsonl`. */
interface Truth {
  accountId: string
  persona: string
}

/** One of the weeks of shared traffic, each event judged by the model that has not seen the row that it plays. */
export async function playWeek(
  folder: string,
  { rows, folds, models }: { rows: readonly Row[]; folds: Uint8Array; models: readonly Model[] },
  rules: RuleSet,
): Promise<Played[]> {
  const foldOf = leftOutFold(rows, folds)
  const labels = new Map(
    linesOf(folder, 'labels.jsonl.gz').map((line) => {
      const { id, label } = JSON.parse(line) as { id: string; label: string }
      return [id, label === 'non_coding' ? 1 : 0] as const
    }),
  )
  const events = linesOf(folder, 'events.jsonl.gz').flatMap((line): PlayedEvent[] => {
    const { event } = decode(Buffer.from(line))
    return event ? [{ event, model: models[foldOf(event)]!, target: labels.get(event.id) }] : []
  })
  const fates = await play(events, rules)
  return linesOf(folder, 'truth.jsonl').map((line) => {
    const { accountId, persona } = JSON.parse(line) as Truth
    return { accountId, persona, fate: fates.get(accountId)! }
  })
}

function linesOf(folder: string, name: string): string[] {
  const bytes = readFileSync(join(folder, name))
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text.split('\n').filter((line) => line !== '')
}

import { setTimeout as delay } from 'node:timers/promises'
import type { Ground } from './ground.ts'

const LOOK_MS = 200
/** Ticks stay so far behind the greatest event time. */
const TICK_BEHIND = 120_000

/** Waits until nothing is left to tick, to relay or to publish, or it was too long; what is left then. */
export async function settled({ db, settings }: Ground, patience: number, signal: AbortSignal): Promise<string[]> {
  for (const until = Date.now() + patience; ; await delay(LOOK_MS, undefined, { signal })) {
    const { rows } = await db.query<Record<string, number>>({
      text: LEFT,
      values: [TICK_BEHIND, ...out(settings.topics)],
    })
    const left = Object.entries(rows[0]!).filter(([, count]) => count > 0)
    if (left.length === 0) return []
    if (Date.now() > until) return left.map(([what, count]) => `${count} ${what} are left`)
  }
}

const out = (topics: Ground['settings']['topics']) => [topics.entitlements, topics.notices, topics['dead-letters']]

const behind = (table: string, topic: string) => `
  (select count(*) from ${table} where cursor is null or cursor > coalesce((select published_cursor from published where topic = ${topic}), 0))`

const LEFT = `
  select (select count(*) from accounts a join kafka_positions p on a.source = p.topic || '/' || p.partition
      where a.due_at <= p.greatest_time - $1) as "accounts with something due",
    ${behind('outbox', '$2')} as "entitlements to publish",
    ${behind('notices', '$3')} as "notices to publish",
    ${behind('dead_letters', '$4')} as "dead letters to publish"`

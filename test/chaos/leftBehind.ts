import type { Entitlement } from '../../src/entitle/entitlement.ts'
import { type Placed, wholeTopic } from '../support/kafka/wholeTopic.ts'
import { lanekeeper } from '../support/run.ts'
import type { Ground } from './ground.ts'
import type { Letter } from './letters.ts'

/** Everything that a run has left behind, as a reader of topics, database and command line finds it. */
export interface LeftBehind {
  /** The topic of requests. */
  records: Placed[]
  /** What `ledger inputs`, `ledger export` and `audit verify --json` print. */
  inputs: string
  ledger: string
  audit: string
  /** How many inputs each account has had. */
  ordinals: Map<string, number>
  /** Entitlements as they were decided, by account and version, and as they came out on their topic. */
  outbox: Entitlement[]
  published: Entitlement[]
  lettersInTable: Letter[]
  lettersOnTopic: Letter[]
}

export async function whatIsLeft(ground: Ground): Promise<LeftBehind> {
  const { topics } = ground.settings
  const topic = (name: string) => wholeTopic(ground.kafka, name)
  const [records, published, onTopic, inputs, ledger, audit, ordinals, outbox, inTable] = await Promise.all([
    topic(topics.requests),
    topic(topics.entitlements),
    topic(topics['dead-letters']),
    printed(ground, 'ledger', 'inputs'),
    printed(ground, 'ledger', 'export'),
    printed(ground, 'audit', 'verify', '--json'),
    ground.db.query<{ account_id: string; ordinal: number }>('select account_id, ordinal from accounts'),
    ground.db.query<{ entitlement: Entitlement }>('select entitlement from outbox order by account_id, version'),
    ground.db.query<Letter & Record<string, unknown>>(
      'select partition, log_offset as "offset", key, value from dead_letters where topic = $1',
      [topics.requests],
    ),
  ])
  return {
    ...{ records, inputs, ledger, audit },
    ordinals: new Map(ordinals.rows.map((row) => [row.account_id, row.ordinal])),
    outbox: outbox.rows.map(({ entitlement }) => entitlement),
    published: published.map(({ value }) => JSON.parse(`${value}`)),
    lettersInTable: inTable.rows,
    lettersOnTopic: onTopic.map(({ headers, key, value }) => ({
      ...{ partition: Number(headers!.partition), offset: Number(headers!.offset), key, value },
    })),
  }
}

async function printed({ env, databaseUrl }: Ground, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await lanekeeper(args, { env: { ...env, DATABASE_URL: databaseUrl } })
  if (stderr !== '') throw new Error(`lanekeeper ${args.join(' ')}: ${stderr}`)
  return stdout
}

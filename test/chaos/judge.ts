import canonicalize from 'canonicalize'
import type { LedgerEntry } from '../../src/account.ts'
import type { Entitlement } from '../../src/entitle/entitlement.ts'
import { readStoredInputs } from '../../src/replay/storedInputs.ts'
import { timelineOf } from '../../src/replay/timeline.ts'
import { engineWith } from '../support/engine.ts'
import { wholeTopic } from '../support/kafka/wholeTopic.ts'
import { byAccount, replayed } from '../support/log.ts'
import { lanekeeper, linesOf } from '../support/run.ts'
import type { Ground } from './ground.ts'
import { ledgerFindings, ordinalFindings } from './ledgers.ts'
import { type Letter, letterFindings } from './letters.ts'
import { GARBAGE } from './produce.ts'
import { publicationFindings } from './publications.ts'

/** What was found wrong, and how much was looked at. */
export interface Judgement {
  findings: string[]
  figures: Record<
    | 'records'
    | 'garbage'
    | 'entries'
    | 'accounts'
    | 'inputs'
    | 'entitlements'
    | 'repeatedEntitlements'
    | 'repeatedLetters',
    number
  >
  /** What is worth keeping where something is wrong, by the name of a file. */
  evidence: Record<string, string>
}

/** Compares what the workers left behind with a calm replay of the topic, and with what came out on the other topics. */
export async function judge(ground: Ground): Promise<Judgement> {
  const { settings, kafka, db } = ground
  const records = await wholeTopic(kafka, settings.topics.requests)
  const isGarbage = ({ headers }: (typeof records)[number]) => headers?.[GARBAGE] !== undefined
  const garbage = records.filter(isGarbage).map(letterOf)
  const inputs = await printed(ground, 'ledger', 'inputs')
  const calm = await replayAll(
    records.filter((one) => !isGarbage(one)),
    inputs,
  )
  const exported = await printed(ground, 'ledger', 'export')
  const actual = ledgersOf(linesOf(exported))
  const ordinals = await db.query<{ account_id: string; ordinal: number }>('select account_id, ordinal from accounts')
  const outbox = await db.query<{ entitlement: Entitlement }>(
    'select entitlement from outbox order by account_id, version',
  )
  const published = (await wholeTopic(kafka, settings.topics.entitlements)).map(
    ({ value }): Entitlement => JSON.parse(`${value}`),
  )
  const inTable = await db.query<Letter & Record<string, unknown>>(
    'select partition, log_offset as "offset", key, value from dead_letters where topic = $1',
    [settings.topics.requests],
  )
  const onTopic = (await wholeTopic(kafka, settings.topics['dead-letters'])).map(({ headers, key, value }) => ({
    ...{ partition: Number(headers!.partition), offset: Number(headers!.offset), key, value },
  }))
  const expected = ledgersOf(calm.entries.map((entry) => canonicalize(entry)!))
  return {
    findings: [
      ...ledgerFindings(expected, actual),
      ...ordinalFindings(calm.ordinals, new Map(ordinals.rows.map((row) => [row.account_id, row.ordinal]))),
      ...publicationFindings({ published, outbox: outbox.rows.map((row) => row.entitlement), ledger: calm.entries }),
      ...letterFindings('the table of dead letters', garbage, inTable.rows),
      ...letterFindings('the topic of dead letters', garbage, onTopic, true),
      ...auditFindings(await printed(ground, 'audit', 'verify', '--json')),
    ],
    figures: {
      records: records.length,
      garbage: garbage.length,
      entries: calm.entries.length,
      accounts: calm.ordinals.size,
      inputs: [...calm.ordinals.values()].reduce((sum, one) => sum + one, 0),
      entitlements: outbox.rows.length,
      repeatedEntitlements: published.length - outbox.rows.length,
      repeatedLetters: onTopic.length - garbage.length,
    },
    evidence: {
      'inputs.jsonl': inputs,
      'ledger.jsonl': exported,
      'expected.jsonl': `${Object.values(expected).flat().join('\n')}\n`,
    },
  }
}

async function printed({ env, databaseUrl }: Ground, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await lanekeeper(args, { env: { ...env, DATABASE_URL: databaseUrl } })
  if (stderr !== '') throw new Error(`lanekeeper ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** What `replay --inputs` makes of each partition by itself, as time passes for an account as its partition does. */
async function replayAll(records: readonly (Letter | Awaited<ReturnType<typeof wholeTopic>>[number])[], text: string) {
  const engine = await engineWith()
  const { sets, takenUp, inputs } = await readStoredInputs('the inputs of the run', text)
  const timeline = timelineOf(sets, takenUp)
  const entries: LedgerEntry[] = []
  const ordinals = new Map<string, number>()
  for (const own of Map.groupBy(records, ({ partition }) => partition).values()) {
    const accounts = new Set(own.map(({ key }) => `${key}`))
    const theirs = new Map([...inputs].filter(([accountId]) => accounts.has(accountId)))
    const { entries: some, run } = await replayed(
      own.map(({ value }) => value!),
      engine,
      { timeline, inputs: theirs },
    )
    entries.push(...some)
    for (const [accountId, { ordinal }] of run.accounts) ordinals.set(accountId, ordinal)
  }
  return { entries: Object.values(byAccount(entries)).flat(), ordinals }
}

const letterOf = ({ partition, offset, key, value }: Awaited<ReturnType<typeof wholeTopic>>[number]): Letter => ({
  ...{ partition, offset: Number(offset), key, value },
})

const ledgersOf = (lines: readonly string[]): Record<string, string[]> =>
  Object.fromEntries(Map.groupBy(lines, (line) => (JSON.parse(line) as LedgerEntry).accountId))

function auditFindings(text: string): string[] {
  const { findings } = JSON.parse(text) as { findings: { accountId: string; seq: number; message: string }[] }
  return findings.map(({ accountId, seq, message }) => `audit: ${accountId} entry ${seq} ${message}`)
}

import canonicalize from 'canonicalize'
import type { LedgerEntry } from '../../src/account.ts'
import { readStoredInputs } from '../../src/replay/storedInputs.ts'
import { timelineOf } from '../../src/replay/timeline.ts'
import { engineWith } from '../support/engine.ts'
import type { Placed } from '../support/kafka/wholeTopic.ts'
import { byAccount, replayed } from '../support/log.ts'
import { linesOf } from '../support/run.ts'
import { ledgerFindings, ordinalFindings } from './ledgers.ts'
import type { LeftBehind } from './leftBehind.ts'
import { type Letter, letterFindings } from './letters.ts'
import { GARBAGE } from './produce.ts'
import { publicationFindings } from './publications.ts'

/** What was found wrong, and how much was looked at. */
export interface Judgement {
  findings: string[]
  figures: {
    records: number
    garbage: number
    entries: number
    accounts: number
    /** Of all accounts, events and others. */
    inputs: number
    entitlements: number
    /** That came out more than once, as they were. */
    repeatedEntitlements: number
    repeatedLetters: number
  }
  /** What is worth keeping where something is wrong, by the name of a file. */
  evidence: Record<string, string>
}

/** Compares what the workers left behind with a calm replay of the topic, and with what came out on the other topics. */
export async function judge(left: LeftBehind): Promise<Judgement> {
  const isGarbage = ({ headers }: Placed) => headers?.[GARBAGE] !== undefined
  const garbage = left.records.filter(isGarbage).map(letterOf)
  const events = left.records.filter((one) => !isGarbage(one))
  const calm = await replayAll(events, left.inputs)
  const expected = ledgersOf(calm.entries.map((entry) => canonicalize(entry)!))
  return {
    findings: [
      ...ledgerFindings(expected, ledgersOf(linesOf(left.ledger))),
      ...ordinalFindings(calm.ordinals, left.ordinals),
      ...publicationFindings({ ...left, ledger: calm.entries }),
      ...letterFindings('the table of dead letters', garbage, left.lettersInTable),
      ...letterFindings('the topic of dead letters', garbage, left.lettersOnTopic, true),
      ...auditFindings(left.audit),
    ],
    figures: {
      records: left.records.length,
      garbage: garbage.length,
      entries: calm.entries.length,
      accounts: calm.ordinals.size,
      inputs: [...calm.ordinals.values()].reduce((sum, one) => sum + one, 0),
      entitlements: left.outbox.length,
      repeatedEntitlements: left.published.length - left.outbox.length,
      repeatedLetters: left.lettersOnTopic.length - garbage.length,
    },
    evidence: {
      'inputs.jsonl': left.inputs,
      'ledger.jsonl': left.ledger,
      'expected.jsonl': `${Object.values(expected).flat().join('\n')}\n`,
    },
  }
}

/** What `replay --inputs` makes of each partition by itself, as time passes for an account as its partition does. */
async function replayAll(records: readonly Placed[], text: string) {
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

const letterOf = ({ partition, offset, key, value }: Placed): Letter => ({
  ...{ partition, offset: Number(offset), key, value },
})

const ledgersOf = (lines: readonly string[]): Record<string, string[]> =>
  Object.fromEntries(Map.groupBy(lines, (line) => (JSON.parse(line) as LedgerEntry).accountId))

function auditFindings(text: string): string[] {
  const { findings } = JSON.parse(text) as { findings: { accountId: string; seq: number; message: string }[] }
  return findings.map(({ accountId, seq, message }) => `audit: ${accountId} entry ${seq} ${message}`)
}

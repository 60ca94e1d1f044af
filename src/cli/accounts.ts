import type { Command } from 'commander'
import type { AccountState, LedgerEntry } from '../account.ts'
import { summaryOf } from '../api/summary.ts'
import type { Db } from '../db.ts'
import { buildRuleSet, type RuleSet } from '../evaluate/ruleSet.ts'
import { factsInWords } from '../explain/statement.ts'
import { readableTime } from '../explain/wording.ts'
import { readLedger } from '../persist/ledger.ts'
import { readRuleSets } from '../persist/ruleSets.ts'
import { openStore } from '../persist/store.ts'
import { openDatabase } from './database.ts'
import { decisionReader } from './decisions.ts'
import { addForget } from './forget.ts'
import { print } from './output.ts'
import { readingOnRecord } from './readingOnRecord.ts'

/** `lanekeeper accounts …` */
export function addAccounts(program: Command): void {
  const accounts = program.command('accounts').description('what is known of an account')
  addForget(accounts)
  accounts
    .command('show')
    .description('what is in force, why, how it recovers, and every decision; reading it is put on record')
    .argument('<account id>')
    .option('--json', 'print it as JSON, as GET /v1/accounts/{id} and its timeline give it')
    .action(show)
}

async function show(accountId: string, { json }: { json?: boolean }): Promise<void> {
  const { db, close } = await openDatabase({ existing: true })
  try {
    await readingOnRecord(db, accountId, 'summary')
    const { state } = (await openStore(db).load([accountId])).get(accountId)!
    const rules = await rulesOf(state, db)
    const entries: LedgerEntry[] = []
    for await (const { entry } of readLedger(db, accountId)) if (entry !== null) entries.push(JSON.parse(entry))
    if (json) print(JSON.stringify({ ...summaryOf(state, rules), timeline: entries }))
    else for (const line of linesOf(state, rules, entries)) print(line)
  } finally {
    await close()
  }
}

/** The rule set that the account was last advanced under. */
async function rulesOf({ rulesVersion }: AccountState, db: Db): Promise<RuleSet> {
  const { documents } = (await readRuleSets(db)).findLast(({ version }) => version === rulesVersion)!
  return buildRuleSet(documents)
}

function linesOf(state: AccountState, rules: RuleSet, entries: readonly LedgerEntry[]): string[] {
  const { accountId, plan, restriction, violations, recovery, appeals } = summaryOf(state, rules)
  const wording = rules.notices.en
  const decisionOf = decisionReader(wording)
  const decisions = entries.flatMap((entry) => decisionOf(entry) ?? [])
  const { kind, since, until } = restriction
  const term = since === undefined ? '' : ` since ${time(since)}${until ? ` until ${time(until)}` : ''}`
  return [
    `${accountId}, plan ${plan ?? 'unknown'}: ${kind === 'none' ? 'no restriction' : `${kind}${term}`}`,
    ...(recovery
      ? [
          `recovery: ${recovery.coding} of the last ${recovery.requests} judged requests were about coding; at the latest it lifts ${time(recovery.safetyNetAt)}`,
        ]
      : []),
    ...section(
      'violations',
      violations.map(({ id, status, at, rule, category }, i) => {
        const seen = factsInWords(state.enforcement.violations[i]!.leaves, wording)
        return `${id} ${status}, ${time(at)}, rule ${rule}: ${seen || (wording.categories[category]?.title ?? category)}`
      }),
    ),
    ...section(
      'appeals',
      appeals.map(({ id, violationId, status, reviewer }) =>
        [id, 'against', violationId, status, ...(reviewer ? ['by', reviewer] : [])].join(' '),
      ),
    ),
    ...section(
      'decisions',
      decisions.map(({ at, sentence }) => `${readableTime(at)}  ${sentence}`),
    ),
  ]
}

const time = (text: string) => readableTime(Date.parse(text))

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)]

import type { Command } from 'commander'
import { EXIT } from '../errors.ts'
import { verifyLedger } from '../persist/audit.ts'
import { readLedger } from '../persist/ledger.ts'
import { readInputs } from '../persist/readInputs.ts'
import { readRuleSets } from '../persist/ruleSets.ts'
import { inputLine, rulesLine } from '../replay/inputLines.ts'
import { openDatabase } from './database.ts'
import { print } from './output.ts'
import { openOutput } from './outputFile.ts'
import { readingOnRecord } from './readingOnRecord.ts'

/** `lanekeeper ledger export|inputs` and `lanekeeper audit verify` */
export function addLedger(program: Command): void {
  const ledger = program.command('ledger').description('the record of everything decided')
  ledger
    .command('export')
    .description('the ledger as NDJSON, account by account, byte for byte as a replay gives it')
    .option('--account <id>', 'of one account only; reading it is put on record')
    .option('--out <file>', 'write there instead of stdout')
    .action(exportLedger)
  ledger
    .command('inputs')
    .description('rule sets, commands and ticks as NDJSON, for "replay --inputs" over the same events')
    .option('--account <id>', 'commands and ticks of one account only; reading it is put on record')
    .option('--out <file>', 'write there instead of stdout')
    .action(exportInputs)
  program
    .command('audit')
    .description('whether the record is as it was written')
    .command('verify')
    .description('verify every entry, every chain, and their heads; what it cannot see, it says')
    .option('--json', 'print the outcome as JSON')
    .action(verify)
}

interface ExportOptions {
  account?: string
  out?: string
}

async function exportLedger({ account, out }: ExportOptions): Promise<void> {
  const { db, close } = await openDatabase({ existing: true })
  try {
    if (account !== undefined) await readingOnRecord(db, account, 'ledger')
    const output = await openOutput(out)
    for await (const { entry } of readLedger(db, account)) if (entry !== null) await output.line(entry)
    await output.close()
  } finally {
    await close()
  }
}

async function exportInputs({ account, out }: ExportOptions): Promise<void> {
  const { db, close } = await openDatabase({ existing: true })
  try {
    if (account !== undefined) await readingOnRecord(db, account, 'inputs')
    const output = await openOutput(out)
    for (const ruleSet of await readRuleSets(db)) await output.line(rulesLine(ruleSet))
    for await (const input of readInputs(db, account)) await output.line(inputLine(input))
    await output.close()
  } finally {
    await close()
  }
}

async function verify({ json }: { json?: boolean }): Promise<void> {
  const { db, close } = await openDatabase({ existing: true })
  try {
    const audit = await verifyLedger(db)
    if (json) print(JSON.stringify(audit))
    else {
      for (const { accountId, seq, message } of audit.findings) print(`${accountId} entry ${seq} ${message}`)
      print(
        `${audit.entries} entries of ${audit.accounts} accounts, ${audit.erased} erased, ${audit.findings.length} findings`,
      )
      print(
        'An alteration that rewrote a whole chain and its account row cannot be seen from here: compare with a copy kept elsewhere.',
      )
    }
    if (audit.findings.length > 0) process.exitCode = EXIT.failed
  } finally {
    await close()
  }
}

#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { addAccounts } from './cli/accounts.ts'
import { addClassify } from './cli/classify.ts'
import { addDeadLetters } from './cli/deadLetters/deadLetters.ts'
import { addDoctor } from './cli/doctor/doctor.ts'
import { addKeys } from './cli/keys.ts'
import { addLedger } from './cli/ledger.ts'
import { addMigrate } from './cli/migrate.ts'
import { tell } from './cli/output.ts'
import { addReplay } from './cli/replay.ts'
import { addRules } from './cli/rules.ts'
import { addStart } from './cli/start.ts'
import { explainUsage } from './cli/usage.ts'
import { packaged } from './config.ts'
import { EXIT, LanekeeperError } from './errors.ts'

const { version, description } = JSON.parse(readFileSync(packaged('package.json'), 'utf8'))

const program = new Command('lanekeeper').description(description).version(version)
addReplay(program)
addClassify(program)
addRules(program)
addStart(program)
addMigrate(program)
addKeys(program)
addLedger(program)
addAccounts(program)
addDeadLetters(program)
addDoctor(program)
explainUsage(program)
// A reader that went away, as in `| head`, is no fault of ours.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', () => {
    process.exitCode ??= EXIT.failed
  })

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
}

/** One line for a person's mistake, with what to do; a stack only for a mistake of ours. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (error instanceof LanekeeperError) {
    tell(`lanekeeper: ${error.message}. ${error.hint}`)
    return error.exitCode
  }
  tell(
    `lanekeeper: a fault of Lanekeeper itself, please report it: ${error instanceof Error ? error.stack : String(error)}`,
  )
  return EXIT.failed
}

import type { Command } from 'commander'
import { readConfig } from '../../config.ts'
import type { Db } from '../../db.ts'
import { EXIT, LanekeeperError } from '../../errors.ts'
import { readDatabaseClock } from '../../persist/databaseClock.ts'
import { type Opened, openDatabase } from '../database.ts'
import { print } from '../output.ts'
import { clockFinding, skewOf } from './clock.ts'
import { type Finding, fine, lineOf, wrong } from './finding.ts'
import { kafkaFindings, type Looking } from './kafka.ts'

/** `lanekeeper doctor` */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('whether database and Kafka are as they must be, and what to do where they are not')
    .option('--create-topics', 'create the topics that are missing')
    .option('--accept-gap', 'where the log has lost events that were not read, go on at its beginning')
    .option('--read-only', "write nothing: the brokers' clock is not asked")
    .option('--json', 'print the findings as JSON')
    .action(look)
}

async function look({ json, ...options }: Looking & { json?: boolean }): Promise<void> {
  const { opened, findings } = await openedDatabase()
  try {
    const all = distinct([
      ...findings,
      ...(opened ? [await databaseClock(opened.db)] : []),
      ...(readConfig().kafka
        ? await kafkaFindings(opened?.db, options)
        : [fine('Kafka', 'KAFKA_BROKERS is not set: events come in over HTTP')]),
    ])
    if (json) print(JSON.stringify(all))
    else for (const finding of all) print(lineOf(finding))
    if (all.some(({ isWrong }) => isWrong)) process.exitCode = EXIT.failed
  } finally {
    await opened?.close()
  }
}

/** What two looks found alike is told once. */
const distinct = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map((one) => [lineOf(one), one])).values(),
]

async function openedDatabase(): Promise<{ opened?: Opened; findings: Finding[] }> {
  try {
    const opened = await openDatabase()
    return { opened, findings: [fine('database', 'answers, with the newest schema')] }
  } catch (error) {
    if (!(error instanceof LanekeeperError)) throw error
    return { findings: [wrong('database', error.message, error.hint)] }
  }
}

const databaseClock = async (db: Db): Promise<Finding> =>
  clockFinding('database', 'by asking it', await skewOf(() => readDatabaseClock(db), Date.now))

import canonicalize from 'canonicalize'
import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import type { LedgerEntry } from '../account.ts'
import { readConfig } from '../config.ts'
import type { Refusal } from '../decode/decode.ts'
import { lines } from '../decode/lines.ts'
import { LanekeeperError } from '../errors.ts'
import type { Wording } from '../evaluate/documents.ts'
import { readableTime } from '../explain/wording.ts'
import { createLogger } from '../logger.ts'
import { Replay, type ReplayOptions } from '../replay/replay.ts'
import { readStoredInputs } from '../replay/storedInputs.ts'
import { always, timelineOf } from '../replay/timeline.ts'
import { decisionReader } from './decisions.ts'
import { openInput, textOf } from './inputFile.ts'
import { onInterrupt } from './interrupt.ts'
import { loadModel } from './loadModel.ts'
import { tell } from './output.ts'
import { openOutput } from './outputFile.ts'
import { progressOf } from './progress.ts'
import { loadRules } from './rulesFolder.ts'
import { brokenLine, summaryOf } from './summary.ts'

interface Options {
  rules?: string
  inputs?: string
  out?: string
  until?: number
  explain?: boolean
  json?: boolean
}

/** `lanekeeper replay <file>` */
export function addReplay(program: Command): void {
  program
    .command('replay')
    .description(
      'run a log of gateway events through the whole path in event time: ledger on stdout, summary on stderr',
    )
    .argument('<file>', 'events, one a line, gzip or not; - for stdin')
    .option('--rules <folder>', 'the rules folder (default: LANEKEEPER_RULES, else rules)')
    .option('--inputs <file>', 'commands, ticks and rule sets of a live run, put back in their places')
    .option('--until <time>', 'let time pass up to here at the end (default: 120 s before the last event)', moment)
    .option('--out <file>', 'write the ledger there instead of stdout')
    .option('--explain', 'instead of the ledger, tell every change of a restriction and its reason in a sentence')
    .option('--json', 'print the summary as JSON')
    .action(replay)
}

async function replay(file: string, options: Options): Promise<void> {
  const interrupt = onInterrupt()
  const input = await openInput(file, interrupt.signal)
  const log = createLogger(readConfig().logLevel)
  const settings = await settingsOf(options)
  log.info({ file: input.name, classifier: settings.model.version }, 'replay begins')
  const output = await openOutput(options.out, file, options.inputs)
  const broken: { line: number; refusal: Refusal }[] = []
  const progress = progressOf(input)
  const lineOf = options.explain
    ? sentences(settings.timeline.at('', Infinity, Infinity).rules.notices.en)
    : (entry: LedgerEntry) => canonicalize(entry)
  const run = new Replay(settings, {
    entry(entry) {
      log.debug(
        { accountId: entry.accountId, seq: entry.seq, type: entry.type, rulesVersion: entry.rulesVersion },
        'decided',
      )
      const line = lineOf(entry)
      return line === undefined ? undefined : output.line(line)
    },
    broken(line, refusal) {
      if (options.json) broken.push({ line, refusal })
      else progress.above(brokenLine(input.name, line, refusal))
    },
  })
  const started = performance.now()
  let read = 0
  try {
    for await (const line of lines(input.bytes)) {
      if (interrupt.signal.aborted) break
      await run.line(line)
      progress.shown(++read)
    }
    if (!interrupt.signal.aborted) await run.close()
  } finally {
    progress.done()
    await output.close()
  }
  const seconds = (performance.now() - started) / 1000
  tell(
    summaryOf(
      { name: input.name, lines: read, seconds, accounts: run.accounts.size, counts: run.counts, broken },
      options.json ?? false,
    ),
  )
  if (!interrupt.signal.aborted) return
  tell(`lanekeeper: interrupted after line ${read}; the ledger is complete up to there.`)
  process.exitCode = interrupt.signal.reason
}

/** Ledger entries as sentences, for a person to read; those that change no restriction have none. */
function sentences(wording: Wording): (entry: LedgerEntry) => string | undefined {
  const decisionOf = decisionReader(wording)
  return (entry) => {
    const decision = decisionOf(entry)
    return decision && `${readableTime(decision.at)}  ${decision.sentence}`
  }
}

async function settingsOf(options: Options): Promise<ReplayOptions> {
  const model = await loadModel()
  const { until } = options
  if (options.inputs === undefined) return { model, until, timeline: always(await loadRules(options.rules)) }
  const stored = await readStoredInputs(options.inputs, await textOf(options.inputs))
  if (stored.sets.length > 0 && options.rules !== undefined)
    throw new LanekeeperError(
      'usage',
      '--inputs brings rule sets of its own, and --rules names others',
      'Leave --rules out.',
    )
  const sets = stored.sets.length > 0 ? stored.sets : [{ rules: await loadRules(options.rules), from: 0 }]
  return { model, until, timeline: timelineOf(sets, stored.takenUp), inputs: stored.inputs }
}

function moment(text: string): number {
  if (!z.iso.datetime({ offset: true }).safeParse(text).success)
    throw new InvalidArgumentError('Give a time such as 2026-11-07T00:00:00Z.')
  return Date.parse(text)
}

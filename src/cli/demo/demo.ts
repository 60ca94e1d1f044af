import { type Command, InvalidArgumentError } from 'commander'
import { always } from '../../replay/timeline.ts'
import { demoDay } from '../../simulate/demoDay.ts'
import { simulate } from '../../simulate/simulate.ts'
import { decisionReader } from '../decisions.ts'
import { onInterrupt } from '../interrupt.ts'
import { loadModel } from '../loadModel.ts'
import { tell } from '../output.ts'
import { loadRules } from '../rulesFolder.ts'
import { demoEnding } from './ending.ts'
import { asLedger, asLines, type DemoOutput, onTerminal } from './output.ts'
import { type Pacer, pacer } from './pace.ts'
import { type DemoMinute, demoRun } from './run.ts'
import { DemoTraffic } from './traffic.ts'
import type { DemoScreen } from './view.ts'

const SPAN = demoDay.hours * 3_600_000
/** How long it takes at speed 1. */
const REAL_MS = 40_000
const WIDEST = 100

interface Options {
  seed: number
  speed?: number
  json?: boolean
}

/** `lanekeeper demo` */
export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('watch a simulated day and a half go by: traffic classified, restrictions imposed and lifted, and why')
    .option('--seed <number>', 'another seed is another day, the same seed the same', wholeNumber, 1)
    .option(
      '--speed <times>',
      '1 takes 40 s, 2 half of it, 0 or max no longer than it must (default: 1 on a terminal, else max)',
      speedOf,
    )
    .option('--json', 'print the ledger entries as NDJSON')
    .action(demo)
}

async function demo({ seed, speed, json }: Options): Promise<void> {
  const stop = onInterrupt()
  const [model, rules] = await Promise.all([loadModel(), loadRules(undefined)])
  const isLive = !json && hasScreen(process.stdout)
  const output = isLive ? onTerminal() : json ? asLedger() : asLines()
  const pace = pacer((SPAN / REAL_MS) * (speed ?? (isLive ? 1 : 0)), stop.signal)
  const minutes = demoRun(simulate({ ...demoDay, seed }), demoDay.start, always(rules), model)
  const screen: DemoScreen = {
    ...{ at: demoDay.start, progress: 0, accounts: new Map(), needs: rules.needs },
    ...{ traffic: new DemoTraffic(), decisions: [] },
  }
  try {
    await show(minutes, screen, decisionReader(rules.notices.en), output, pace, stop.signal)
  } catch (error) {
    output.abandon()
    throw error
  }
  if (!stop.signal.aborted) {
    const columns = Math.min(process.stdout.columns || WIDEST, WIDEST)
    return output.end(demoEnding(demoDay, screen.traffic, screen.decisions, columns))
  }
  output.abandon()
  tell('stopped')
  process.exitCode = stop.signal.reason
}

/** Whether it is a terminal with room for the view; some do not even know their size. */
const hasScreen = ({ isTTY, columns, rows }: NodeJS.WriteStream) => isTTY && columns >= 60 && rows >= 16

/** Shows minute by minute until all have gone by or it is stopped. */
async function show(
  minutes: AsyncIterable<DemoMinute>,
  screen: DemoScreen,
  decisionOf: ReturnType<typeof decisionReader>,
  output: DemoOutput,
  pace: Pacer,
  stop: AbortSignal,
): Promise<void> {
  for await (const minute of minutes) {
    if (stop.aborted) return
    const { at, entries, accounts, labels } = minute
    const decided = entries.flatMap((entry) => decisionOf(entry) ?? [])
    screen.traffic.add(labels)
    screen.decisions.push(...decided)
    Object.assign(screen, { at, progress: (at - demoDay.start) / SPAN, accounts })
    await output.minute(minute, decided, screen)
    await pace(at - demoDay.start)
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Give a whole number.')
  return Number(text)
}

function speedOf(text: string): number {
  if (text === 'max') return 0
  const times = Number(text)
  if (text.trim() === '' || !Number.isFinite(times) || times < 0)
    throw new InvalidArgumentError('Give a number such as 2 or 0.5, or max.')
  return times
}

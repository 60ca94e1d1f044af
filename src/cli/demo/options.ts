import { type Command, InvalidArgumentError } from 'commander'
import { LanekeeperError } from '../../errors.ts'

/** What may be said of a demo. */
export interface DemoOptions {
  demo?: boolean
  once?: boolean
  seed: number
  speed?: number
  json?: boolean
  kafka?: boolean
  rules?: string
}

/** Adds the options of a demo to `start`. */
export function addDemoOptions(start: Command): Command {
  return start
    .option('--demo', 'a simulated day and a half: a gateway that talks to the server, in a database of its own')
    .option('--once', 'of the demo: end after the day and a half (default: the server stays up)')
    .option('--seed <number>', 'of the demo: another seed is another day, the same seed the same', wholeNumber, 1)
    .option(
      '--speed <times>',
      'of the demo: 1 takes 40 s, 2 half of it, 0 or max no longer than it must (default: 1 on a terminal, else max)',
      speedOf,
    )
    .option('--kafka', 'of the demo: over the Kafka of KAFKA_BROKERS, in topics of its own that end with it')
    .option('--json', 'of the demo: print the ledger entries as NDJSON')
}

/** Refuses options that make no sense together. */
export function checkDemoOptions(start: Command): void {
  const isGiven = (name: string) => start.getOptionValueSource(name) === 'cli'
  const stray = ['once', 'seed', 'speed', 'kafka', 'json'].find(isGiven)
  if (!isGiven('demo') && stray)
    throw new LanekeeperError('usage', `--${stray} belongs to --demo`, 'Add --demo, or leave it out.')
  if (isGiven('demo') && isGiven('clock') && start.getOptionValue('clock') === 'system')
    throw new LanekeeperError('usage', 'the demo goes by the time of its events', 'Leave --clock system out.')
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

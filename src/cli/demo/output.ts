import canonicalize from 'canonicalize'
import type { Decision } from '../decisions.ts'
import { print, tell } from '../output.ts'
import { inWords } from '../outputFile.ts'
import { demoLines } from './lines.ts'
import { demoLive } from './live.ts'
import type { DemoMinute } from './run.ts'
import type { DemoScreen } from './view.ts'

/** Where the demo is told: on a terminal, as lines, or as a ledger. */
export interface DemoOutput {
  minute(minute: DemoMinute, decided: readonly Decision[], screen: DemoScreen): void | Promise<void>
  /** The last word. */
  end(ending: string): void | Promise<void>
  /** It ends before its time. */
  abandon(): void
}

/** A live view on stdout, which is a terminal. */
export function onTerminal(): DemoOutput {
  const view = demoLive(process.stdout)
  return {
    minute: (_minute, _decided, screen) => view.show(screen),
    end: (ending) => {
      view.leave()
      print(`\n${ending}`)
    },
    abandon: () => view.remove(),
  }
}

/** Decisions and hourly traffic as lines on stdout; they throw a LanekeeperError when whoever read them is gone. */
export function asLines(): DemoOutput {
  return {
    minute: (minute, decided, { traffic }) => write(demoLines(minute, decided, traffic.lastHour)),
    end: (ending) => write(['', ending]),
    abandon: () => {},
  }
}

/** The ledger on stdout, byte for byte what a replay of these events gives for each account, and the ending on stderr. */
export function asLedger(): DemoOutput {
  return {
    minute: ({ entries }) => write(entries.map((entry) => canonicalize(entry)!)),
    end: tell,
    abandon: () => {},
  }
}

/** Writes lines to stdout at once, since somebody may be watching; returns when they are written. */
async function write(lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return
  await new Promise<void>((done, fail) =>
    process.stdout.write(`${lines.join('\n')}\n`, (error) => (error ? fail(inWords('stdout', error)) : done())),
  )
}
